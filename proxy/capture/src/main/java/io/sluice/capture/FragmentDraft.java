package io.sluice.capture;

import com.google.protobuf.CodedOutputStream;
import io.sluice.capture.journal.Draft;
import io.sluice.capture.wire.Cut;
import io.sluice.capture.wire.Fragment;
import io.sluice.capture.wire.Part;
import io.sluice.capture.wire.Record;
import io.sluice.capture.wire.RouteClass;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One fragment, written field by field into the journal without a message object. The bytes are those that the generated
 * classes would write.
 *
 * <p>Used again for each fragment of an exchange: the exchange sets what differs, then appends.
 */
final class FragmentDraft implements Draft {

    private static final int KEY = 2 * Long.BYTES;
    private static final int BYTES_TYPE = 2;

    private final Envelope envelope;
    private final long connection;
    private final long exchange;
    private final JournalExchange owner;

    private Part part = Part.REQUEST;
    private int fragment;
    private boolean last;
    private ByteBuffer head = ExchangeRecorder.NOTHING;
    private ByteBuffer body = ExchangeRecorder.NOTHING;
    private ByteBuffer trailers = ExchangeRecorder.NOTHING;
    private Cut cut = Cut.WHOLE;
    private int fields;

    FragmentDraft(Envelope envelope, long connection, long exchange, JournalExchange owner) {
        this.envelope = envelope;
        this.connection = connection;
        this.exchange = exchange;
        this.owner = owner;
    }

    /** Says which fragment it is. */
    void is(Part ofPart, int number, boolean isLast, Cut why) {
        part = ofPart;
        fragment = number;
        last = isLast;
        cut = why;
    }

    /** Says what it holds. The buffers' positions are left alone. */
    void holds(ByteBuffer headBytes, ByteBuffer bodyBytes, ByteBuffer trailerBytes) {
        head = headBytes;
        body = bodyBytes;
        trailers = trailerBytes;
    }

    @Override
    public int keyLength() {
        return KEY;
    }

    @Override
    public void writeKey(ByteBuffer out) {
        out.putLong(envelope.incarnation()).putLong(connection);
    }

    @Override
    public int size() {
        fields = CodedOutputStream.computeUInt64Size(Fragment.CONNECTION_FIELD_NUMBER, connection)
                + CodedOutputStream.computeUInt64Size(Fragment.EXCHANGE_FIELD_NUMBER, exchange)
                + CodedOutputStream.computeEnumSize(Fragment.PART_FIELD_NUMBER, part.getNumber())
                + (fragment == 0 ? 0 : CodedOutputStream.computeUInt32Size(Fragment.FRAGMENT_FIELD_NUMBER, fragment))
                + (last ? 2 : 0)
                + size(head)
                + size(body)
                + size(trailers)
                + (cut == Cut.WHOLE ? 0 : 2);
        if (isFirst()) {
            fields += 2 + (owner.answerStripped() ? 2 : 0) + size(owner.client());
        }
        return envelope.size(Record.FRAGMENT_FIELD_NUMBER, fields);
    }

    @Override
    public void write(ByteBuffer out, long stamp) throws IOException {
        CodedOutputStream coded = CodedOutputStream.newInstance(out);
        envelope.write(coded, stamp, Record.FRAGMENT_FIELD_NUMBER, fields);
        coded.writeUInt64(Fragment.CONNECTION_FIELD_NUMBER, connection);
        coded.writeUInt64(Fragment.EXCHANGE_FIELD_NUMBER, exchange);
        coded.writeEnum(Fragment.PART_FIELD_NUMBER, part.getNumber());
        if (fragment != 0) {
            coded.writeUInt32(Fragment.FRAGMENT_FIELD_NUMBER, fragment);
        }
        if (last) {
            coded.writeBool(Fragment.LAST_FIELD_NUMBER, true);
        }
        write(coded, Fragment.HEAD_FIELD_NUMBER, head);
        write(coded, Fragment.BODY_FIELD_NUMBER, body);
        write(coded, Fragment.TRAILERS_FIELD_NUMBER, trailers);
        if (cut != Cut.WHOLE) {
            coded.writeEnum(Fragment.CUT_FIELD_NUMBER, cut.getNumber());
        }
        if (isFirst()) {
            writeRoute(coded);
        }
        coded.flush();
        owner.stamped(part, last, stamp);
    }

    private void writeRoute(CodedOutputStream coded) throws IOException {
        RouteClass route = owner.isWrite() ? RouteClass.WRITE : RouteClass.READ;
        coded.writeEnum(Fragment.ROUTE_FIELD_NUMBER, route.getNumber());
        if (owner.answerStripped()) {
            coded.writeBool(Fragment.ANSWER_STRIPPED_FIELD_NUMBER, true);
        }
        write(coded, Fragment.CLIENT_FIELD_NUMBER, owner.client());
    }

    private boolean isFirst() {
        return fragment == 0 && part == Part.REQUEST;
    }

    /** All of the fields that hold bytes have a tag of one byte. */
    private static int size(ByteBuffer bytes) {
        int length = bytes.remaining();
        return length == 0 ? 0 : 1 + CodedOutputStream.computeUInt32SizeNoTag(length) + length;
    }

    private static void write(CodedOutputStream out, int field, ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        if (length > 0) {
            out.writeTag(field, BYTES_TYPE);
            out.writeUInt32NoTag(length);
            out.writeLazy(bytes.slice());
        }
    }
}
