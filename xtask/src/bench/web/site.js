// What the measuring pages share: the site's own page as it is driven from the console.

export const rest = (millis) => new Promise((done) => setTimeout(done, millis));

export async function until(what, condition) {
  const begin = performance.now();
  while (!(await condition())) {
    if (performance.now() - begin > 60_000) throw new Error(`${what} took more than 60 s`);
    await rest(20);
  }
}

export async function invoke(name, event) {
  const answer = await window.coldstart.invoke(name, event);
  if (answer.status !== 200 || answer.functionError) throw new Error(JSON.stringify(answer));
  return answer.payload;
}

export const works = (name, event) =>
  invoke(name, event).then(() => true, () => false);

// Posts what `measure` gives, or why it could not; nothing as long as that is nothing.
export async function report(measure) {
  const results = await measure().catch((error) => ({ error: `${error.stack ?? error}` }));
  if (results !== null) {
    await fetch("./bench/result", { method: "POST", body: JSON.stringify(results) });
  }
}
