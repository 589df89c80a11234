// Server-sent events over fetch: an EventSource cannot say who it is where cookies are blocked.

// Calls `hear({event, data, id})` for each event until the stream ends; throws when it does not open or breaks.
export async function follow(session, url, signal, hear) {
  const response = await session.fetch(url, {
    headers: { Accept: "text/event-stream" },
    cache: "no-store",
    signal,
  });
  if (response.status !== 200) throw new Error(response.status);
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  for (let rest = ""; ; ) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
    rest = blocks.pop();
    blocks.map(parsed).forEach(hear);
  }
}

function parsed(block) {
  const fields = { event: "message", data: "", id: "" };
  for (const line of block.split(/\r?\n/)) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name in fields) fields[name] = value;
  }
  return fields;
}
