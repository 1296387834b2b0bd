/** The partition that holds the row of every registered cluster. */
export const REGISTRY_PARTITION = 'REGISTRY';
