"""Publishes an image: python3 docs/python/produce.py localhost:9092 samples/car-on-yellow.webp"""
import datetime, io, pathlib, sys
import avro.io, avro.schema
from confluent_kafka import Producer

HEADER = bytes.fromhex("c3018c868bc459f6fed6")  # MediaUploaded, see schemas/README.md
schema = avro.schema.parse(pathlib.Path("schemas/MediaUploaded.avsc").read_text())

if len(sys.argv) != 3:
    sys.exit("Usage: python3 docs/python/produce.py BROKER IMAGE")
broker, image = sys.argv[1], pathlib.Path(sys.argv[2])
body = io.BytesIO()
avro.io.DatumWriter(schema).write(
    {
        "mediaId": image.name,
        "uri": None,  # or "https://…", with content None
        "content": image.read_bytes(),
        "contentType": None,
        "uploadedAt": datetime.datetime.now(datetime.timezone.utc),
        "attributes": {"uploader": "python"},
    },
    avro.io.BinaryEncoder(body),
)
producer = Producer({
    "bootstrap.servers": broker,
    "partitioner": "murmur2_random",  # the contract's; the default, CRC-32, would scatter the events of a medium
    "message.timeout.ms": 15_000,
    "log_level": 2,  # otherwise the client logs each attempt to connect
})
outcome = {}
producer.produce(
    "media.uploaded",  # or "media.backfill", for what can wait
    key=image.name,
    value=HEADER + body.getvalue(),
    on_delivery=lambda error, message: outcome.update(error=error, message=message),
)
producer.flush()  # until delivered or timed out
if outcome["error"]:
    sys.exit(f"{image.name} was not published: {outcome['error'].str()}. Is {broker} a broker that has media.uploaded?")
written = outcome["message"]
print(f"{image.name} is in partition {written.partition()} of media.uploaded, at offset {written.offset()}")
