// Whether the parser that browsers' authors use for structured fields reads the limits of every answer; prints what it read.
import { parseList } from "structured-headers";

const [base, key] = process.argv.slice(2);
const said = [];
const asked = [["/api/v1/contacts", key], ["/api/v1/contacts/con_none", key], ["/api/v1/nowhere", key], ["/healthz"], ["/api/v1/contacts", "wrong"], ["/api/v1/contacts", key]];
for (const [path, credential] of asked) {
  const answer = await fetch(base + path, { headers: credential ? { "X-API-Key": credential } : {} });
  const [policies, limits] = ["RateLimit-Policy", "RateLimit"].map((name) => new Map(parseList(answer.headers.get(name))));
  const [[name, left]] = limits;
  said.push({ status: answer.status, known: policies.has(name), quota: policies.get(name).get("q"), left: left.get("r"), seconds: left.get("t") });
}
console.log(JSON.stringify(said));
