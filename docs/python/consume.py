"""Prints every vector once: python3 docs/python/consume.py localhost:9092"""
import io, pathlib, sys
import avro.io, avro.schema, numpy
from confluent_kafka import Consumer

schema = avro.schema.parse(pathlib.Path("schemas/MediaEmbedded.avsc").read_text())
consumer = Consumer({
    "bootstrap.servers": sys.argv[1],
    "group.id": "vectors-in-python",
    "auto.offset.reset": "earliest",
    "isolation.level": "read_committed",
})
consumer.subscribe(["media.embedded"])
while (message := consumer.poll(10)) is not None:
    if message.error():
        raise SystemExit(message.error())
    if message.value() is None:
        print(message.key().decode(), "was deleted")
        continue
    body = avro.io.BinaryDecoder(io.BytesIO(message.value()[10:]))  # skips C3 01 and the fingerprint
    event = avro.io.DatumReader(schema).read(body)
    vector = numpy.frombuffer(event["vector"], "<f4")
    print(event["mediaId"], event["modelId"], vector.shape, vector[:3])
consumer.close()
