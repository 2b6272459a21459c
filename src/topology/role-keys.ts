/** What the file calls each role: the list of its nodes, and the block of their defaults. */
import type { Role } from './types.ts'

export const ROLE_KEYS = {
  'load-balancer': { list: 'loadBalancers', defaults: 'loadBalancer' },
  proxy: { list: 'proxies', defaults: 'proxy' },
  server: { list: 'servers', defaults: 'server' },
} as const satisfies Record<Role, { readonly list: string; readonly defaults: string }>

export const ROLES = Object.keys(ROLE_KEYS) as readonly Role[]
