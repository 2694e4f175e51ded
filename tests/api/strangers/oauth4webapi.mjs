// The whole way of oauth4webapi, which refuses whatever deviates from a standard: from discovery to a revoked token.
import * as oauth from "oauth4webapi";
import { allow } from "./browser.mjs";

const [base, issuer, email, password] = process.argv.slice(2);
const callback = "http://127.0.0.1:9/callback";
const plainly = { [oauth.allowInsecureRequests]: true };
const said = {};

const found = await oauth.discoveryRequest(new URL(issuer), { ...plainly, algorithm: "oauth2" });
const server = await oauth.processDiscoveryResponse(new URL(issuer), found);
const openid = await oauth.discoveryRequest(new URL(issuer), { ...plainly, algorithm: "oidc" });
said.issuer = (await oauth.processDiscoveryResponse(new URL(issuer), openid)).issuer;

const registration = { redirect_uris: [callback], client_name: "Stranger", token_endpoint_auth_method: "none", response_types: ["code"] };
const registered = await oauth.dynamicClientRegistrationRequest(server, { ...registration, grant_types: ["authorization_code", "refresh_token"] }, plainly);
const client = await oauth.processDynamicClientRegistrationResponse(registered);

const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const nonce = oauth.generateRandomNonce();
const start = new URL(server.authorization_endpoint);
start.search = new URLSearchParams({
  client_id: client.client_id, redirect_uri: callback, response_type: "code", scope: "openid contacts:read offline_access", state, nonce,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
});
const answer = oauth.validateAuthResponse(server, client, await allow(start, email, password, callback), state);

const granted = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), answer, callback, verifier, plainly);
const tokens = await oauth.processAuthorizationCodeResponse(server, client, granted, { expectedNonce: nonce, requireIdToken: true });
await oauth.validateApplicationLevelSignature(server, granted, plainly);
const subject = oauth.getValidatedIdTokenClaims(tokens).sub;
const person = await oauth.userInfoRequest(server, client, tokens.access_token, plainly);
said.person = (await oauth.processUserInfoResponse(server, client, subject, person)).sub === subject;

const address = new URL("/api/v1/contacts", base);
const read = (token) => oauth.protectedResourceRequest(token, "GET", address, undefined, undefined, plainly);
said.read = (await read(tokens.access_token)).status;

const refresh = async (token) => oauth.processRefreshTokenResponse(server, client, await oauth.refreshTokenGrantRequest(server, client, oauth.None(), token, plainly));
const fresh = await refresh(tokens.refresh_token);
said.fresh = (await read(fresh.access_token)).status;
await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, oauth.None(), fresh.access_token, plainly));
// What was revoked ends within a second in every process.
const ends = Date.now() + 5000;
do {
  said.revoked = await read(fresh.access_token).then((reply) => reply.status, (error) => error.cause[0].parameters.error);
} while (said.revoked === 200 && Date.now() < ends);
said.reused = await refresh(tokens.refresh_token).then(() => "granted", (error) => error.error);
console.log(JSON.stringify(said));
