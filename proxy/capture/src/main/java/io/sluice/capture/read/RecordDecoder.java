package io.sluice.capture.read;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.sluice.capture.wire.Cut;
import io.sluice.capture.wire.Fragment;
import io.sluice.capture.wire.Member;
import io.sluice.capture.wire.Part;
import io.sluice.capture.wire.Record;
import io.sluice.capture.wire.RouteClass;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Takes a Kafka record of the capture apart, and verifies all that can be verified in it alone: whoever gets a record from here need not check it again.
 */
public final class RecordDecoder {

    /** The newest version of the contract that this build reads. */
    public static final int VERSION = 1;

    private static final int UUID_BYTES = 16;
    private static final int KEY_BYTES = 16;

    private RecordDecoder() {}

    /**
     * Decodes key and value. The record shares the value's memory, which must not be changed any more.
     *
     * @throws UnreadableRecordException if they are not a record of a version that is known
     */
    public static Record decode(byte @Nullable [] key, byte @Nullable [] value) throws UnreadableRecordException {
        if (value == null) {
            throw new UnreadableRecordException("Expected a record of the capture but found no value.");
        }
        Record record;
        try {
            CodedInputStream in = UnsafeByteOperations.unsafeWrap(value).newCodedInput();
            in.enableAliasing(true); // bodies are slices of the value, not copies
            record = Record.parseFrom(in);
            in.checkLastTagWas(0);
        } catch (IOException e) {
            throw new UnreadableRecordException(
                    "Expected a record of the capture but found %d bytes that are none: %s"
                            .formatted(value.length, e.getMessage()),
                    e);
        }
        if (record.getVersion() > VERSION) {
            throw new UnreadableRecordException(
                    "The record is of version %d, but this build reads versions up to %d. Read it with the release of the proxy that wrote it, or a newer one."
                            .formatted(record.getVersion(), VERSION));
        }
        require(record.getVersion() == VERSION, "version", "1", record.getVersion());
        requireUuid(record.getProxy(), "proxy");
        require(record.getIncarnation() > 0, "incarnation", "a number above 0", record.getIncarnation());
        require(record.getStamp() > 0, "stamp", "a time after 1970", record.getStamp());
        verifyKind(record, key == null ? new byte[0] : key);
        return record;
    }

    private static void verifyKind(Record record, byte[] key) throws UnreadableRecordException {
        switch (record.getKindCase()) {
            case FRAGMENT -> {
                verifyFragment(record.getFragment());
                verifyKey(record, key);
                return;
            }
            case HEARTBEAT -> {
                for (Member member : record.getHeartbeat().getRosterList()) {
                    requireUuid(member.getProxy(), "heartbeat.roster.proxy");
                }
            }
            case HELLO -> {
                requireUuid(record.getHello().getMember().getProxy(), "hello.member.proxy");
                require(
                        record.getHello().getReplaces() < record.getIncarnation()
                                && record.getHello().getReplaces() >= 0,
                        "hello.replaces",
                        "an incarnation below " + record.getIncarnation(),
                        record.getHello().getReplaces());
            }
            case FORGOTTEN -> requireUuid(record.getForgotten().getProxy(), "forgotten.proxy");
            case KIND_NOT_SET -> require(false, "kind", "one that version 1 knows", "none");
            default -> {
                // goodbye, mark and compromised have nothing that could be wrong
            }
        }
        require(key.length == 0, "key", "none", key.length + " bytes");
    }

    private static void verifyFragment(Fragment fragment) throws UnreadableRecordException {
        require(fragment.getConnection() > 0, "fragment.connection", "a number above 0", fragment.getConnection());
        require(fragment.getExchange() > 0, "fragment.exchange", "a number above 0", fragment.getExchange());
        require(
                fragment.getPart() == Part.REQUEST || fragment.getPart() == Part.ANSWER,
                "fragment.part",
                "request or answer",
                fragment.getPartValue());
        require(fragment.getFragment() >= 0, "fragment.fragment", "less than 2^31", fragment.getFragment());
        require(fragment.getCut() != Cut.UNRECOGNIZED, "fragment.cut", "a known reason", fragment.getCutValue());
        require(
                fragment.getCut() == Cut.WHOLE || fragment.getLast(),
                "fragment.cut",
                "none, as it is not the last",
                fragment.getCut());
        require(
                fragment.getFragment() == 0 || fragment.getHead().isEmpty(),
                "fragment.head",
                "none after fragment 0",
                fragment.getHead().size() + " bytes");
        require(
                fragment.getLast() || fragment.getTrailers().isEmpty(),
                "fragment.trailers",
                "none, as it is not the last",
                fragment.getTrailers().size() + " bytes");
        boolean first = fragment.getPart() == Part.REQUEST && fragment.getFragment() == 0;
        require(
                !first || fragment.getRoute() == RouteClass.READ || fragment.getRoute() == RouteClass.WRITE,
                "fragment.route",
                "read or write",
                fragment.getRouteValue());
    }

    private static void verifyKey(Record record, byte[] key) throws UnreadableRecordException {
        require(key.length == KEY_BYTES, "key", KEY_BYTES + " bytes", key.length + " bytes");
        ByteBuffer parts = ByteBuffer.wrap(key);
        require(parts.getLong() == record.getIncarnation(), "key", "the incarnation", parts.getLong(0));
        require(
                parts.getLong() == record.getFragment().getConnection(),
                "key",
                "the connection",
                parts.getLong(Long.BYTES));
    }

    private static void requireUuid(ByteString bytes, String field) throws UnreadableRecordException {
        require(bytes.size() == UUID_BYTES, field, UUID_BYTES + " bytes", bytes.size() + " bytes");
    }

    private static void require(boolean condition, String field, Object expected, Object found)
            throws UnreadableRecordException {
        if (!condition) {
            throw new UnreadableRecordException("The record of the capture is wrong: in %s expected %s but found %s."
                    .formatted(field, expected, found));
        }
    }

    /** A proxy's name. */
    public static UUID uuid(ByteString bytes) {
        ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
