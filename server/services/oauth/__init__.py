"""The OAuth 2.0 and OpenID Connect provider: Authlib's grants, run synchronously, with every default that is too weak replaced.

`provider` puts the grants together for one request; `messages` is what comes in and goes out; `authentication` proves clients;
`code_grant`, `refresh_grant` and `client_credentials_grant` are RFC 6749, `pkce` RFC 7636, `resources` RFC 8707, `tokens`
RFC 6750 and 9068, `identity` OpenID Connect, `ending` RFC 7009 and 7662, `registration` RFC 7591 and 7592, `metadata` RFC 8414
and 9728, `certificates` RFC 8705, `consent` the pages a person sees.
"""
