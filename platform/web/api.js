// api.js - asks the platform. Each call is a POST of JSON with the token of this login; the answer
// is the object, or one with `error` in it.

let token = "";
let lost = () => {};

export const setToken = (t) => { token = t; };
export const onLost = (f) => { lost = f; };

export async function call(name, body) {
  let answer, r;
  try {
    r = await fetch(`/console/api/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Huimin-Token": token },
      body: JSON.stringify(body || {}),
      credentials: "same-origin",
    });
  } catch {
    return { error: "offline" };
  }
  try {
    answer = await r.json();
  } catch {
    return { error: "fault" }; // somebody answered, and it was no answer
  }
  if (answer.error === "login" && name !== "me") lost();
  return answer;
}
