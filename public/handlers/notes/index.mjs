// Mobile backend: notes over an HTTP API (payload format 2.0): create, read, update, delete, each
// input checked. Notes live in this environment's memory; a real backend has a table behind it.
import { randomUUID } from "node:crypto";

const notes = new Map();

const json = (statusCode, body) => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

function parse(event) {
  const text = event.isBase64Encoded ? Buffer.from(event.body, "base64").toString() : event.body;
  let note;
  try {
    note = JSON.parse(text ?? "");
  } catch {
    throw new Refused(400, "the body is not JSON");
  }
  const problems = [];
  if (typeof note.title !== "string" || !note.title.trim()) problems.push("title: a text is required");
  if (note.title?.length > 80) problems.push("title: at most 80 characters");
  if (note.text !== undefined && typeof note.text !== "string") problems.push("text: must be a text");
  if (problems.length) throw new Refused(422, problems.join("; "));
  return { title: note.title.trim(), text: note.text ?? "" };
}

function find(event) {
  const note = notes.get(event.pathParameters?.id);
  if (!note) throw new Refused(404, "there is no such note");
  return note;
}

const routes = {
  "GET /notes": () => json(200, [...notes.values()]),
  "POST /notes": (event) => {
    const note = { id: randomUUID(), version: 1, ...parse(event) };
    notes.set(note.id, note);
    return json(201, note);
  },
  "GET /notes/{id}": (event) => json(200, find(event)),
  "PUT /notes/{id}": (event) => {
    const old = find(event);
    const note = { ...old, ...parse(event), version: old.version + 1 };
    notes.set(note.id, note);
    return json(200, note);
  },
  "DELETE /notes/{id}": (event) => {
    notes.delete(find(event).id);
    return { statusCode: 204 };
  },
};

export const handler = async (event) => {
  try {
    const route = routes[event.routeKey];
    if (!route) throw new Refused(404, `no route ${event.routeKey}`);
    return route(event);
  } catch (error) {
    if (error instanceof Refused) return json(error.status, { message: error.message });
    throw error;
  }
};
