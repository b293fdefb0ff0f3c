package io.sluice.backfill;

import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.RangeChecksum;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Passes on what another cursor shows, but for sources that are stored in part: those it hides. */
class WholeSourceCursor implements DocumentCursor {

    private final DocumentCursor documents;

    WholeSourceCursor(DocumentCursor documents) {
        this.documents = documents;
    }

    final DocumentCursor documents() {
        return documents;
    }

    @Override
    public boolean next() throws IOException {
        return documents.next();
    }

    @Override
    public byte[] sourceBytes() {
        return documents.sourceBytes();
    }

    @Override
    public int sourceOffset() {
        return documents.sourceOffset();
    }

    @Override
    public int sourceLength() {
        return documents.isSourceForRecovery() ? documents.sourceLength() : -1;
    }

    @Override
    public final boolean isSourceForRecovery() {
        return documents.isSourceForRecovery();
    }

    @Override
    public final int passedOver() {
        return documents.passedOver();
    }

    @Override
    public final int number() {
        return documents.number();
    }

    @Override
    public final byte[] idBytes() {
        return documents.idBytes();
    }

    @Override
    public final int idLength() {
        return documents.idLength();
    }

    @Override
    public final byte[] routingBytes() {
        return documents.routingBytes();
    }

    @Override
    public final int routingLength() {
        return documents.routingLength();
    }

    @Override
    public final @Nullable String type() {
        return documents.type();
    }

    @Override
    public final long version() {
        return documents.version();
    }

    @Override
    public final long seqNo() {
        return documents.seqNo();
    }

    @Override
    public final RangeChecksum checksum() throws IOException {
        return documents.checksum();
    }

    @Override
    public final void close() throws IOException {
        documents.close();
    }
}
