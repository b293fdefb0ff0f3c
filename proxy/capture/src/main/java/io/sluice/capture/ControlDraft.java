package io.sluice.capture;

import io.sluice.capture.journal.Draft;
import io.sluice.capture.wire.Record;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/** Everything that is no fragment: rare, so built as a message. It is made when its turn in the journal has come. */
final class ControlDraft implements Draft {

    private final Supplier<Record.Builder> maker;
    private Record.Builder record = Record.newBuilder();

    ControlDraft(Supplier<Record.Builder> maker) {
        this.maker = maker;
    }

    @Override
    public int keyLength() {
        record = maker.get();
        return 0;
    }

    @Override
    public int size() {
        // Any stamp but 0 is as large as any other.
        return record.setStamp(1).build().getSerializedSize();
    }

    @Override
    public void writeKey(ByteBuffer out) {}

    @Override
    public void write(ByteBuffer out, long stamp) {
        Envelope.write(record.setStamp(stamp).build(), out);
    }
}
