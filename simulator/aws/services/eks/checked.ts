/** A request that the dispatcher has let through: what the SDK's schema requires is there. */
export type Checked<T> = { [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] : NonNullable<T[K]> };
