// The way of an agent that knows only the address of the API: the MCP SDK finds out, registers, asks and refreshes by itself.
import { auth, extractWWWAuthenticateParams } from "@modelcontextprotocol/sdk/client/auth.js";
import { allow } from "./browser.mjs";

const [serverUrl, email, password] = process.argv.slice(2);
const callback = "http://127.0.0.1:9/callback";
const kept = {};
const provider = {
  redirectUrl: callback,
  clientMetadata: {
    client_name: "Agent", redirect_uris: [callback], grant_types: ["authorization_code", "refresh_token"], response_types: ["code"],
    token_endpoint_auth_method: "none",
  },
  clientInformation: () => kept.client,
  saveClientInformation: (client) => void (kept.client = client),
  tokens: () => kept.tokens,
  saveTokens: (tokens) => void (kept.tokens = tokens),
  redirectToAuthorization: (url) => void (kept.url = url),
  codeVerifier: () => kept.verifier,
  saveCodeVerifier: (verifier) => void (kept.verifier = verifier),
};

const { resourceMetadataUrl } = extractWWWAuthenticateParams(await fetch(`${serverUrl}/contacts`));
const about = { serverUrl, resourceMetadataUrl };
const read = async () => (await fetch(`${serverUrl}/contacts`, { headers: { authorization: `Bearer ${kept.tokens.access_token}` } })).status;

const said = { first: await auth(provider, about) };
const back = (await allow(kept.url, email, password, callback)).searchParams;
said.second = await auth(provider, { ...about, authorizationCode: back.get("code"), iss: back.get("iss") });
said.read = await read();
const before = kept.tokens.refresh_token;
said.third = await auth(provider, about);
said.rotated = kept.tokens.refresh_token !== before;
said.again = await read();
console.log(JSON.stringify(said));
