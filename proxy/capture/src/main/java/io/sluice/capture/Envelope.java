package io.sluice.capture;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.sluice.capture.wire.Record;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/** What is the same in every record of one run of a proxy: version, proxy and incarnation. */
final class Envelope {

    static final int VERSION = 1;

    /** Tag and value of the stamp. */
    private static final int STAMP = 1 + Long.BYTES;

    private final UUID proxy;
    private final long incarnation;
    private final byte[] prefix;

    Envelope(UUID proxy, long incarnation) {
        this.proxy = proxy;
        this.incarnation = incarnation;
        this.prefix = record().buildPartial().toByteArray();
    }

    UUID proxy() {
        return proxy;
    }

    long incarnation() {
        return incarnation;
    }

    /** A record that has everything but stamp and kind. */
    Record.Builder record() {
        return Record.newBuilder().setVersion(VERSION).setProxy(bytes(proxy)).setIncarnation(incarnation);
    }

    /** How large a record is with a kind of this size. */
    int size(int kindNumber, int kindSize) {
        return prefix.length
                + STAMP
                + CodedOutputStream.computeTagSize(kindNumber)
                + CodedOutputStream.computeUInt32SizeNoTag(kindSize)
                + kindSize;
    }

    /** Writes everything but the kind's own fields, which the caller writes next. */
    void write(CodedOutputStream out, long stamp, int kindNumber, int kindSize) throws IOException {
        out.writeRawBytes(prefix);
        out.writeFixed64(Record.STAMP_FIELD_NUMBER, stamp);
        out.writeTag(kindNumber, 2);
        out.writeUInt32NoTag(kindSize);
    }

    static ByteString bytes(UUID id) {
        ByteBuffer bytes = ByteBuffer.allocate(16);
        bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        return ByteString.copyFrom(bytes.flip());
    }

    static UUID uuid(ByteString bytes) {
        ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    /** A record as bytes. */
    static void write(Record record, ByteBuffer out) {
        try {
            CodedOutputStream coded = CodedOutputStream.newInstance(out);
            record.writeTo(coded);
            coded.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("A record does not fit the place that was measured for it.", e);
        }
    }
}
