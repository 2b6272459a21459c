/** Which keys requests carry: `count` different ones, of equal chance, or of chances that fall as 1 / rank^skew (Zipf). */
export type KeySpec =
  | { readonly kind: 'uniform'; readonly count: number }
  | { readonly kind: 'zipf'; readonly count: number; readonly skew: number }
