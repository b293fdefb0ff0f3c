package io.sluice.lucene9;

import java.io.IOException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.StoredFieldVisitor;
import org.apache.lucene.store.ByteArrayDataInput;
import org.apache.lucene.store.DataInput;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.UnicodeUtil;
import org.jspecify.annotations.Nullable;

/** Takes id, routing and source of a document into arrays that the next document uses again. */
final class DocumentFields extends StoredFieldVisitor {

    static final int NONE = -1;

    /** Arrays that grew beyond this for one document are not kept for the next. */
    private static final int MAX_KEPT_BYTES = 4 << 20;

    private static final int FIRST_SOURCE_BYTES = 8 << 10;
    private static final int FIRST_ID_BYTES = 64;

    private static final byte OTHER = 0;
    private static final byte ID = 1;
    private static final byte ROUTING = 2;
    private static final byte SOURCE = 3;
    private static final byte RECOVERY_SOURCE = 4;

    private final byte[] kinds;
    private final int wanted;

    private int missing;
    private byte[] storedId = new byte[FIRST_ID_BYTES];
    private byte[] id = new byte[DocumentIds.maxDecodedLength(FIRST_ID_BYTES)];
    private int idLength = NONE;
    private byte[] routing = new byte[FIRST_ID_BYTES];
    private int routingLength = NONE;
    private byte[] source = new byte[FIRST_SOURCE_BYTES];
    private int sourceLength = NONE;
    private boolean isRecoverySource;

    /** @param isSourceWhole whether {@code _source} holds all that the client sent */
    DocumentFields(FieldInfos fields, boolean isSourceWhole) {
        int highest = -1;
        for (FieldInfo field : fields) {
            highest = Math.max(highest, field.number);
        }
        kinds = new byte[highest + 1];
        int found = 0;
        found += mark(fields.fieldInfo("_id"), ID);
        found += mark(fields.fieldInfo("_routing"), ROUTING);
        found += isSourceWhole ? mark(fields.fieldInfo("_source"), SOURCE) : 0;
        found += mark(fields.fieldInfo("_recovery_source"), RECOVERY_SOURCE);
        wanted = found;
    }

    private int mark(@Nullable FieldInfo field, byte kind) {
        if (field == null) {
            return 0;
        }
        kinds[field.number] = kind;
        return 1;
    }

    /** Forgets the last document. */
    void clear() {
        missing = wanted;
        idLength = NONE;
        routingLength = NONE;
        sourceLength = NONE;
        isRecoverySource = false;
        if (source.length > MAX_KEPT_BYTES) {
            source = new byte[FIRST_SOURCE_BYTES];
        }
    }

    @Override
    public Status needsField(FieldInfo field) throws IOException {
        if (field == null) { // a field number that the segment does not have
            throw new CorruptIndexException("a field that the segment does not have", "stored fields");
        }
        if (missing == 0) {
            return Status.STOP;
        }
        return kinds[field.number] == OTHER ? Status.NO : Status.YES;
    }

    @Override
    public void binaryField(FieldInfo field, DataInput value, int length) throws IOException {
        requireAvailable(value, length);
        missing--;
        switch (kinds[field.number]) {
            case ID -> readId(value, length);
            case ROUTING -> {
                routing = ArrayUtil.growNoCopy(routing, length);
                value.readBytes(routing, 0, length);
                routingLength = length;
            }
            case SOURCE -> readSource(value, length, false);
            case RECOVERY_SOURCE -> readSource(value, length, true);
            default -> throw new AssertionError(field.name);
        }
    }

    private static void requireAvailable(DataInput value, int length) throws CorruptIndexException {
        boolean tooLong = value instanceof ByteArrayDataInput bytes && length > bytes.length() - bytes.getPosition();
        if (length < 0 || tooLong) {
            throw new CorruptIndexException("a field of " + length + " bytes", "stored fields");
        }
    }

    private void readId(DataInput value, int length) throws IOException {
        storedId = ArrayUtil.growNoCopy(storedId, length);
        value.readBytes(storedId, 0, length);
        id = ArrayUtil.growNoCopy(id, DocumentIds.maxDecodedLength(length));
        idLength = DocumentIds.decode(storedId, length, id);
    }

    /** The recovery source is what the client sent; the other may have fields left out. */
    private void readSource(DataInput value, int length, boolean isRecovery) throws IOException {
        if (isRecoverySource) {
            value.skipBytes(length);
            return;
        }
        if (source.length < length) {
            source = new byte[length > MAX_KEPT_BYTES ? length : ArrayUtil.oversize(length, Byte.BYTES)];
        }
        value.readBytes(source, 0, length);
        sourceLength = length;
        isRecoverySource = isRecovery;
    }

    @Override
    public void stringField(FieldInfo field, String value) throws IOException {
        missing--;
        if (kinds[field.number] != ROUTING) {
            throw new CorruptIndexException("text in the field " + field.name, "stored fields");
        }
        routing = ArrayUtil.growNoCopy(routing, UnicodeUtil.maxUTF8Length(value.length()));
        routingLength = UnicodeUtil.UTF16toUTF8(value, 0, value.length(), routing);
    }

    boolean hasId() {
        return idLength != NONE;
    }

    byte[] id() {
        return id;
    }

    int idLength() {
        return idLength;
    }

    byte[] routing() {
        return routing;
    }

    int routingLength() {
        return routingLength;
    }

    byte[] source() {
        return source;
    }

    boolean isRecoverySource() {
        return isRecoverySource;
    }

    int sourceLength() {
        return sourceLength;
    }
}
