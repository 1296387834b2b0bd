type WithHealth = {
  readonly health?:
    | {
        readonly issues?:
          | readonly { readonly code?: string | undefined; readonly message?: string | undefined }[]
          | undefined;
      }
    | undefined;
};

/** What EKS says is wrong with a cluster, a node group or an add-on, as `code: message`. */
export function healthIssues({ health }: WithHealth): string[] {
  return (health?.issues ?? []).map(({ code, message }) => `${code}: ${message}`);
}
