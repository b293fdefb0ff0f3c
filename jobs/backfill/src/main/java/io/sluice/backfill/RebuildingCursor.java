package io.sluice.backfill;

import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.DocumentFilter;
import io.sluice.snapshot.FieldSelection;
import io.sluice.snapshot.ShardReader;
import io.sluice.transform.FieldReader;
import io.sluice.transform.SourceRebuilder;
import io.sluice.transform.SourceShape;
import io.sluice.transform.SourceState;
import io.sluice.transform.UnreadableSourceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on what another cursor shows, with sources that are rebuilt where none is stored, or completed where a part is. What
 * the shard keeps for recovery is the original, and goes as it is.
 */
final class RebuildingCursor extends WholeSourceCursor {

    private static final Logger LOG = LoggerFactory.getLogger(RebuildingCursor.class);

    private final String shard;
    private final SourceShape shape;
    private final SourceRebuilder rebuilder;
    private final FieldReader fields;
    private boolean isRebuilt;

    private RebuildingCursor(DocumentCursor documents, SourceShape shape, String shard) {
        super(documents);
        this.shard = shard;
        this.shape = shape;
        this.rebuilder = new SourceRebuilder(shape);
        this.fields = new FieldReader() {
            @Override
            public List<Object> stored(String field) throws IOException {
                return documents.fields().stored(field);
            }

            @Override
            public List<Object> column(String field) throws IOException {
                return documents.fields().column(field);
            }
        };
    }

    /**
     * @param shape of the sources of the range's index
     * @param filter which documents are wanted
     */
    static RebuildingCursor open(
            ShardReader reader, RangeSplit split, int from, SourceShape shape, DocumentFilter filter)
            throws IOException {
        FieldSelection fields = new FieldSelection(shape.storedFields(), shape.columns());
        return new RebuildingCursor(
                reader.documents(split.segment(), from, split.to(), fields, filter),
                shape,
                "%s[%d]".formatted(split.index(), split.shard()));
    }

    @Override
    public boolean next() throws IOException {
        isRebuilt = false;
        if (!documents().next()) {
            return false;
        }
        if (!isSourceForRecovery()) {
            isRebuilt = rebuild();
        }
        return true;
    }

    /** Whether there is a source now. */
    private boolean rebuild() throws IOException {
        DocumentCursor document = documents();
        try {
            if (shape.state() != SourceState.FILTERED) {
                if (shape.hasFields()) {
                    rebuilder.rebuild(fields);
                }
                return shape.hasFields();
            }
            if (document.sourceLength() >= 0) {
                rebuilder.complete(document.sourceBytes(), document.sourceOffset(), document.sourceLength(), fields);
                return true;
            }
            return false;
        } catch (UnreadableSourceException e) {
            String id = new String(idBytes(), 0, idLength(), StandardCharsets.UTF_8);
            LOG.warn("{}: document {} is left out: {}", shard, id, e.getMessage());
            return false;
        }
    }

    /** Whether the source of the document it stands on is rebuilt, in part or as a whole. */
    boolean isRebuilt() {
        return isRebuilt;
    }

    @Override
    public byte[] sourceBytes() {
        return isRebuilt ? rebuilder.bytes() : super.sourceBytes();
    }

    @Override
    public int sourceOffset() {
        return isRebuilt ? 0 : super.sourceOffset();
    }

    @Override
    public int sourceLength() {
        return isRebuilt ? rebuilder.length() : super.sourceLength();
    }
}
