// WebSocket chat: API Gateway sends an event for each connect, message and disconnect.
//
// Who is in the room lives in a file in /tmp, so that it survives a crash of the process but not
// its environment: a second environment knows nothing of the first one's room. That is why real
// chats keep their connections in a table. What would be posted to other connections is in the
// response as `deliveries`.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const ROOM = "/tmp/room.json";
const load = () => (existsSync(ROOM) ? JSON.parse(readFileSync(ROOM, "utf8")) : {});
const save = (room) => writeFileSync(ROOM, JSON.stringify(room));
const say = (to, message) => ({ connectionId: to, message });

const routes = {
  $connect(room, id, event) {
    const name = event.queryStringParameters?.name;
    if (!name) return { statusCode: 400, body: "who are you? add ?name=" };
    const others = Object.keys(room);
    room[id] = { name, since: event.requestContext.connectedAt };
    return { deliveries: others.map((other) => say(other, `${name} joined`)) };
  },

  $disconnect(room, id) {
    const name = room[id]?.name ?? "somebody";
    delete room[id];
    return { deliveries: Object.keys(room).map((other) => say(other, `${name} left`)) };
  },

  sendMessage(room, id, event) {
    const { text = "" } = JSON.parse(event.body);
    if (!room[id]) return { statusCode: 403, body: "connect first" };
    if (!text.trim()) return { statusCode: 400, body: "say something" };
    const line = `${room[id].name}: ${text}`;
    return { deliveries: Object.keys(room).map((other) => say(other, line)) };
  },
};

export const handler = async (event) => {
  const { connectionId, routeKey } = event.requestContext;
  const room = load();
  const route = routes[routeKey];
  if (!route) return { statusCode: 404, body: `no route ${routeKey}` };
  const answer = route(room, connectionId, event);
  save(room);
  console.log(routeKey, connectionId, `${Object.keys(room).length} in the room`);
  return { statusCode: 200, ...answer };
};
