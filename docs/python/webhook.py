"""Sends each match of a standing query to a URL: python3 docs/python/webhook.py localhost:9092 https://example.org/hook"""
import io, json, pathlib, sys, time, urllib.error, urllib.request
import avro.io, avro.schema
from confluent_kafka import Consumer, KafkaException

HEADER = bytes.fromhex("c3015c48d4ca83386321")  # MediaAlert, see schemas/README.md
WAIT_SECONDS = 10
if len(sys.argv) != 3:
    sys.exit("Usage: python3 docs/python/webhook.py BROKER URL")
broker, url = sys.argv[1:]
schema = avro.schema.parse(pathlib.Path("schemas/MediaAlert.avsc").read_text())
consumer = Consumer({
    "bootstrap.servers": broker,
    "group.id": "alerts-webhook",
    "auto.offset.reset": "earliest",
    "isolation.level": "read_committed",
    "enable.auto.commit": False,  # an alert is done when the URL has taken it
    "log_level": 2,  # otherwise the client logs each attempt to connect
})


def send(alert):
    """Sends an alert until the URL takes it: later alerts wait, so that none is lost."""
    body = json.dumps(alert, default=str).encode()
    pause = 1
    while True:
        try:
            request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=WAIT_SECONDS):
                return
        except (urllib.error.URLError, TimeoutError) as error:
            print(f"{url}: {error}; trying again in {pause} s", file=sys.stderr)
            time.sleep(pause)
            pause = min(60, 2 * pause)


try:
    consumer.list_topics("media.alerts", timeout=WAIT_SECONDS)  # poll would wait for a broker without a word
except KafkaException as error:
    sys.exit(f"Cannot read media.alerts: {error.args[0].str()}. Is {broker} a broker?")
consumer.subscribe(["media.alerts"])
while True:
    message = consumer.poll(WAIT_SECONDS)
    if message is None:
        continue
    if message.error():
        sys.exit(f"Cannot read media.alerts: {message.error()}")
    if message.value()[:10] != HEADER:
        # C3 01 and another fingerprint: a version of the schema that this file does not have
        sys.exit(f"Expected a value that begins with {HEADER.hex()}, found {message.value()[:10].hex()} at offset"
                 f" {message.offset()} of partition {message.partition()}. Take schemas/ and HEADER of its version.")
    alert = avro.io.DatumReader(schema).read(avro.io.BinaryDecoder(io.BytesIO(message.value()[10:])))
    send(alert)
    consumer.commit(message, asynchronous=False)
    print(alert["alert"], alert["mediaId"], f"{alert['probability']:.2f}")
