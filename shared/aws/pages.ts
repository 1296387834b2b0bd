/** Every page of a listing. The SDK's own paginators take nothing but its client classes, and the ports here are narrower. */
export async function everyPage<Page>(
  ask: (token: string | undefined) => Promise<Page>,
  nextToken: (page: Page) => string | undefined,
): Promise<Page[]> {
  const pages: Page[] = [];
  let token: string | undefined;
  do {
    const page = await ask(token);
    pages.push(page);
    token = nextToken(page);
  } while (token);
  return pages;
}
