// The life of an order, written against the types that a generator made of our OpenAPI documents: place, be refused, repeat,
// page, cancel, receive. The compiler checks every field; a step that goes otherwise than the contract says ends the program.
import { strict as assert } from "node:assert";
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import createClient from "openapi-fetch";
import type { components as deliveryShapes, paths as deliveryPaths } from "./delivery.ts";
import type { components as orderShapes, paths as orderPaths } from "./orders.ts";

type AskedOrder = orderShapes["schemas"]["AskedOrder"];
type OrderView = orderShapes["schemas"]["OrderView"];
type ItemView = deliveryShapes["schemas"]["ItemView"];

const DONE = ["received", "cancelled"];
const setting = (name: string): string => {
  const value = process.env[name];
  assert(value, `set ${name}`);
  return value;
};
const headers = { Authorization: `Bearer ${setting("TOKEN")}` };
const orders = createClient<orderPaths>({ baseUrl: setting("ORDERS_URL"), headers });
const delivery = createClient<deliveryPaths>({ baseUrl: setting("DELIVERY_URL"), headers });
const number = `TS-${randomUUID().slice(0, 8)}`;

function asked(order_number: string, branch: string): AskedOrder {
  const copies = [{ branch, fund: "ADULT-FIC", quantity: 2 }];
  return { order_number, lines: [{ line_number: 1, isbn: "9780141439518", unit_price: { minor: 799 }, copies }] };
}

async function place(order_number: string, key: string = randomUUID()): Promise<{ order_id: string; replayed: boolean }> {
  const params = { header: { "Idempotency-Key": key } };
  const { data, error, response } = await orders.POST("/v1/orders", { params, body: asked(order_number, "IPSW") });
  assert(data, `not placed: ${error?.code}`);
  assert.equal(response.headers.get("Location"), `/v1/orders/${data.order_id}`);
  return { order_id: data.order_id, replayed: response.headers.get("Idempotent-Replayed") === "true" };
}

async function refused(): Promise<void> {
  const params = { header: { "Idempotency-Key": randomUUID() } };
  const { error } = await orders.POST("/v1/orders", { params, body: asked(`${number}-X`, "NOWHERE") });
  assert.equal(error?.status, 422);
  assert.deepEqual(error.errors?.map((fault) => [fault.pointer, fault.code]), [["/lines/0/copies/0/branch", "unknown-branch"]]);
}

async function pages(): Promise<string[]> {
  const numbers: string[] = [];
  let cursor: string | undefined;
  do {
    const { data } = await orders.GET("/v1/orders", { params: { query: { limit: 1, cursor } } });
    assert(data && "items" in data);  // and not the other form that this list has, JSON Lines
    numbers.push(...data.items.map((order) => order.order_number));
    cursor = data.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return numbers;
}

async function read(order_id: string): Promise<{ order: OrderView; tag: string }> {
  const { data, response } = await orders.GET("/v1/orders/{order_id}", { params: { path: { order_id } } });
  assert(data);
  return { order: data, tag: response.headers.get("ETag") ?? "" };
}

async function cancelOne(order_id: string): Promise<void> {
  const { order, tag } = await read(order_id);
  const copy = order.lines[0]?.copies[0];
  assert(copy);
  const body = { copy_ids: [copy.copy_id], reason: "Ordered by mistake" };
  const ask = (version: string) => {
    const header = { "If-Match": version, "Idempotency-Key": randomUUID() };
    return orders.POST("/v1/orders/{order_id}/cancellations", { params: { path: { order_id }, header }, body });
  };
  const stale = await ask('"0"');
  assert.equal(stale.error?.code, "stale-version");
  const taken = await ask(tag);
  // The supplier may have answered between reading and asking: then the order is read again, as a person would.
  if (taken.error?.code === "stale-version") return cancelOne(order_id);
  assert(taken.data, `not cancelled: ${taken.error?.code}`);
}

async function receive(item: ItemView, consignment_id: string): Promise<void> {
  assert(item.line_key);
  const params = { path: { consignment_id }, header: { "Idempotency-Key": randomUUID() } };
  const scan = item.barcode === null ? { line_key: item.line_key } : { barcode: item.barcode };
  const { error } = await delivery.POST("/v1/consignments/{consignment_id}/receipts", { params, body: { scans: [scan], complete: false } });
  assert.equal(error, undefined);
}

async function receiveWhatCame(order_ids: string[]): Promise<void> {
  for (const state of ["expected", "partly_received"] as const) {
    const { data } = await delivery.GET("/v1/consignments", { params: { query: { state, limit: 200 } } });
    assert(data && "items" in data);
    for (const { consignment_id } of data.items) {
      const { data: whole } = await delivery.GET("/v1/consignments/{consignment_id}", { params: { path: { consignment_id } } });
      assert(whole);
      const ours = whole.copies.filter((item) => item.order_id !== null && order_ids.includes(item.order_id));
      for (const item of ours.filter((one) => one.state === "outstanding")) await receive(item, consignment_id);
    }
  }
}

async function main(): Promise<void> {
  await refused();
  const key = randomUUID();
  const first = await place(number, key);
  assert.deepEqual(await place(number, key), { order_id: first.order_id, replayed: true });
  const second = await place(`${number}-B`);
  const numbers = await pages();
  assert.equal(new Set(numbers).size, numbers.length);
  assert(numbers.includes(number) && numbers.includes(`${number}-B`));
  await cancelOne(second.order_id);
  const ids = [first.order_id, second.order_id];
  const until = Date.now() + Number(setting("LIMIT_SECONDS")) * 1000;
  for (;;) {
    await receiveWhatCame(ids);
    const states = (await Promise.all(ids.map(read))).flatMap(({ order }) => order.lines.flatMap((line) => line.copies.map((copy) => copy.state)));
    if (states.every((state) => DONE.includes(state))) break;
    assert(Date.now() < until, `not done: ${states}`);
    await pause(300);
  }
}

await main();
