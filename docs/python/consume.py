"""Prints every vector once: python3 docs/python/consume.py localhost:9092"""
import io, pathlib, sys
import avro.io, avro.schema, numpy
from confluent_kafka import Consumer, KafkaException

# The schema that wrote a value, by the ten bytes that the value begins with: see schemas/README.md.
WRITERS = {
    "c30198f6116fa7ffc23a": "schemas/released/2/MediaEmbedded.avsc",
    "c301a4dce7b91fe73505": "schemas/released/1/MediaEmbedded.avsc",
}
WAIT_SECONDS = 10
if len(sys.argv) != 2:
    sys.exit("Usage: python3 docs/python/consume.py BROKER")
reader = avro.schema.parse(pathlib.Path("schemas/MediaEmbedded.avsc").read_text())
writers = {header: avro.schema.parse(pathlib.Path(path).read_text()) for header, path in WRITERS.items()}
consumer = Consumer({
    "bootstrap.servers": sys.argv[1],
    "group.id": "vectors-in-python",
    "auto.offset.reset": "earliest",
    "isolation.level": "read_committed",
    "log_level": 2,  # otherwise the client logs each attempt to connect
})
try:
    consumer.list_topics("media.embedded", timeout=WAIT_SECONDS)  # poll would wait for a broker without a word
except KafkaException as error:
    sys.exit(f"Cannot read media.embedded: {error.args[0].str()}. Is {sys.argv[1]} a broker?")
consumer.subscribe(["media.embedded"])
while (message := consumer.poll(WAIT_SECONDS)) is not None:
    if message.error():
        sys.exit(f"Cannot read media.embedded: {message.error()}")
    if message.value() is None:
        print(message.key().decode(), "was deleted")
        continue
    header = message.value()[:10].hex()
    if header not in writers:
        # C3 01 and another fingerprint: a version of the schema that this file does not have
        sys.exit(f"Expected a value that begins with one of {', '.join(writers)}, found {header} at offset"
                 f" {message.offset()} of partition {message.partition()}. Take schemas/ and WRITERS of the version"
                 " that wrote it.")
    body = avro.io.BinaryDecoder(io.BytesIO(message.value()[10:]))
    event = avro.io.DatumReader(writers[header], reader).read(body)
    vector = numpy.frombuffer(event["vector"], "<f4")
    print(event["mediaId"], event["modelId"], vector.shape, vector[:3])
print(f"nothing more within {WAIT_SECONDS} s", file=sys.stderr)
consumer.close()
