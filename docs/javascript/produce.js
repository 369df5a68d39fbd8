// Publishes an image: node docs/javascript/produce.js localhost:9092 samples/car-on-yellow.webp
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import avro from "avsc";
import { Kafka, Partitioners, logLevel } from "kafkajs";

const HEADER = Buffer.from("c3018c868bc459f6fed6", "hex"); // MediaUploaded, see schemas/README.md
const type = avro.Type.forSchema(JSON.parse(readFileSync("schemas/MediaUploaded.avsc", "utf8")));

const [broker, image] = process.argv.slice(2);
if (!image) {
  console.error("Usage: node docs/javascript/produce.js BROKER IMAGE");
  process.exit(1);
}
const mediaId = basename(image);
const event = {
  mediaId,
  uri: null, // or { string: "https://…" }, with content null
  content: readFileSync(image),
  contentType: null,
  uploadedAt: Date.now() * 1000, // microseconds
  attributes: { uploader: "javascript" },
};
const kafka = new Kafka({ brokers: [broker], retry: { retries: 3 }, logLevel: logLevel.NOTHING });
// murmur2, as the contract requires; LegacyPartitioner would scatter the events of a medium
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, allowAutoTopicCreation: false });
try {
  await producer.connect();
  const [written] = await producer.send({
    topic: "media.uploaded", // or "media.backfill", for what can wait
    messages: [{ key: mediaId, value: Buffer.concat([HEADER, type.toBuffer(event)]) }],
  });
  console.log(`${mediaId} is in partition ${written.partition} of media.uploaded, at offset ${written.baseOffset}`);
} catch (error) {
  console.error(`${mediaId} was not published: ${error.message}. Is ${broker} a broker that has media.uploaded?`);
  process.exitCode = 1;
} finally {
  await producer.disconnect();
}
