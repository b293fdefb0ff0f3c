package io.sluice.foreign;

import com.google.protobuf.ByteString;
import io.sluice.foreign.wire.Bytes;
import io.sluice.foreign.wire.Nothing;
import io.sluice.foreign.wire.Observation;
import io.sluice.foreign.wire.Segment;
import io.sluice.foreign.wire.Time;
import io.sluice.foreign.wire.TrafficChunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;

/** Writes an export as its description says: lines of a key, a bar and a record in base64, packed by gzip. */
final class Export {

    /** When its traffic begins, in seconds since 1970. */
    static final long SECONDS = 1_700_000_000L;

    private static final Nothing NOTHING = Nothing.getDefaultInstance();

    private final StringBuilder lines = new StringBuilder();

    /** What is seen on one connection of a node; {@link #chunk} makes a record of what was said since the last. */
    final class Connection {
        private final String node;
        private final String name;
        private TrafficChunk.Builder chunk = TrafficChunk.newBuilder();
        private int number;
        private long millis;

        Connection(String node, String name) {
            this.node = node;
            this.name = name;
        }

        Connection at(long millisSinceBegin) {
            millis = millisSinceBegin;
            return this;
        }

        private Connection see(Observation.Builder seen) {
            Time time = Time.newBuilder()
                    .setSeconds(SECONDS + millis / 1000)
                    .setNanos((int) (millis % 1000 * 1_000_000))
                    .build();
            chunk.addObservations(seen.setTime(time));
            return this;
        }

        Connection seeWithoutTime(Observation.Builder seen) {
            chunk.addObservations(seen);
            return this;
        }

        Connection read(String bytes) {
            return see(Observation.newBuilder()
                    .setRead(Bytes.newBuilder().setData(ByteString.copyFrom(bytes, StandardCharsets.ISO_8859_1))));
        }

        Connection readSegment(String bytes) {
            return see(Observation.newBuilder()
                    .setReadSegment(Segment.newBuilder().setData(ByteString.copyFromUtf8(bytes))));
        }

        Connection write(String bytes) {
            return see(Observation.newBuilder().setWrite(Bytes.newBuilder().setData(ByteString.copyFromUtf8(bytes))));
        }

        Connection writeSegment(String bytes) {
            return see(Observation.newBuilder()
                    .setWriteSegment(Segment.newBuilder().setData(ByteString.copyFromUtf8(bytes))));
        }

        Connection segmentsEnd() {
            return see(Observation.newBuilder().setSegmentsEnd(NOTHING));
        }

        Connection requestEnd() {
            return see(Observation.newBuilder().setRequestEnd(NOTHING));
        }

        Connection dropped() {
            return see(Observation.newBuilder().setRequestDropped(NOTHING));
        }

        Connection close() {
            return see(Observation.newBuilder().setClose(NOTHING));
        }

        Connection unknown() {
            // Field 100, a message that nobody knows.
            try {
                return see(Observation.newBuilder().mergeFrom(new byte[] {(byte) 0xa2, 0x06, 0x00}));
            } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** A request as a client of Elasticsearch's sends it, and the peer's word that it ended. */
        Connection request(String head, String body) {
            return read(head + "\r\nHost: source:9200\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .requestEnd();
        }

        Connection answer(int status, String body) {
            return write("HTTP/1.1 " + status + " Fine\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body);
        }

        /** Says that what follows begins inside a request, behind so many others. */
        Connection inTheMiddle(int requestsBefore, boolean inRequest, int next) {
            chunk.setRequestsBefore(requestsBefore).setInRequest(inRequest);
            number = next - 1;
            return this;
        }

        TrafficChunk record(boolean last) {
            chunk.setConnection(name).setNode(node);
            number++;
            TrafficChunk done = (last ? chunk.setLastNumber(number) : chunk.setNumber(number)).build();
            chunk = TrafficChunk.newBuilder();
            return done;
        }

        Connection chunk() {
            add(record(false));
            return this;
        }

        void last() {
            add(record(true));
        }
    }

    Connection on(String node, String name) {
        return new Connection(node, name);
    }

    void add(TrafficChunk record) {
        line(record.getConnection() + "|" + Base64.getEncoder().encodeToString(record.toByteArray()));
    }

    void line(String line) {
        lines.append(line).append('\n');
    }

    byte[] plain() {
        return lines.toString().getBytes(StandardCharsets.US_ASCII);
    }

    byte[] packed() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain());
        }
        return bytes.toByteArray();
    }

    InputStream stream() throws IOException {
        return new java.io.ByteArrayInputStream(packed());
    }
}
