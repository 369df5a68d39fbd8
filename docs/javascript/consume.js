// Prints every vector once, until Ctrl-C: node docs/javascript/consume.js localhost:9092
import { readFileSync } from "node:fs";
import avro from "avsc";
import { Kafka, logLevel } from "kafkajs";

// The schema that wrote a value, by the ten bytes that the value begins with: see schemas/README.md.
const WRITERS = {
  "c30198f6116fa7ffc23a": "schemas/released/2/MediaEmbedded.avsc",
  "c301a4dce7b91fe73505": "schemas/released/1/MediaEmbedded.avsc",
};
const read = (path) => avro.Type.forSchema(JSON.parse(readFileSync(path, "utf8")));
const type = read("schemas/MediaEmbedded.avsc");
const resolvers = new Map(Object.entries(WRITERS).map(([header, path]) => [header, type.createResolver(read(path))]));

if (!process.argv[2]) {
  console.error("Usage: node docs/javascript/consume.js BROKER");
  process.exit(1);
}
const kafka = new Kafka({ brokers: [process.argv[2]], retry: { retries: 3 }, logLevel: logLevel.NOTHING });
const consumer = kafka.consumer({ groupId: "vectors-in-javascript" }); // read_committed by default

async function stop(message) {
  if (message) console.error(message);
  process.exitCode = message ? 1 : 0;
  await consumer.disconnect();
}

process.once("SIGINT", () => stop());
consumer.on(consumer.events.CRASH, ({ payload }) => stop(`Cannot read media.embedded: ${payload.error.message}`));
try {
  await consumer.connect();
  await consumer.subscribe({ topics: ["media.embedded"], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      if (message.value === null) {
        console.log(`${message.key} was deleted`);
        return;
      }
      const header = message.value.subarray(0, 10).toString("hex");
      const resolver = resolvers.get(header);
      if (!resolver) {
        // C3 01 and another fingerprint: a version of the schema that this file does not have
        setImmediate(stop, `Expected a value that begins with one of ${[...resolvers.keys()].join(", ")}, found`
          + ` ${header} at offset ${message.offset} of partition ${partition}. Take schemas/ and WRITERS of the version`
          + " that wrote it.");
        throw new Error("another schema"); // so that its offset is not committed
      }
      const event = type.fromBuffer(message.value.subarray(10), resolver);
      const vector = Float32Array.from({ length: event.dimension }, (_, i) => event.vector.readFloatLE(4 * i));
      console.log(event.mediaId, event.modelId, vector.length, ...vector.subarray(0, 3), "…");
    },
  });
} catch (error) {
  await stop(`Cannot read media.embedded: ${error.message}. Is ${process.argv[2]} a broker?`);
}
