// A browser without scripts: it keeps cookies, follows redirects, fills in the form for signing in and allows what is asked for.
export async function allow(start, email, password, callback) {
  const cookies = new Map();
  const origin = new URL(start).origin;
  const go = async (url, options = {}) => {
    for (;;) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const reply = await fetch(url, { ...options, redirect: "manual", headers: { cookie, origin } });
      for (const one of reply.headers.getSetCookie()) {
        const [name, value] = one.split(";")[0].split("=");
        cookies.set(name, value);
      }
      if (reply.status < 300 || reply.status >= 400) return { url, text: await reply.text() };
      url = new URL(reply.headers.get("location"), url);
      if (url.href.startsWith(callback)) return { back: url };
      options = {};
    }
  };
  let page = await go(start);
  for (let asked = 0; asked < 4 && !page.back; asked++) {
    const form = new URLSearchParams({ csrf: /name="csrf" value="([^"]*)"/.exec(page.text)[1] });
    const fields = page.text.includes('type="password"') ? { email, password, act: "sign_in" } : { act: "allow" };
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    const action = /action="([^"]+)"/.exec(page.text)?.[1].replaceAll("&amp;", "&") ?? page.url;
    page = await go(new URL(action, page.url), { method: "POST", body: form });
  }
  if (!page.back) throw new Error(page.text);
  return page.back;
}
