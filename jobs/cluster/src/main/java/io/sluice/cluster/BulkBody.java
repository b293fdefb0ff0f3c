package io.sluice.cluster;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects fenced actions into the body of one bulk, as bytes:
 *
 * <pre>
 *   {"index":{"_index":"…","_id":"…","routing":"…","version":n,"version_type":"external_gte"}}\n
 *   source\n
 * </pre>
 *
 * {@code _index} stands there only where {@link #into} says so: a bulk for one index has it in its path.
 *
 * <p>The source is copied as it is, but a raw CR or LF, which in JSON can only be white space between
 * tokens, becomes a space, and a byte order mark is left out: the body is newline-delimited.
 *
 * <p>Bytes lie in chunks of one size that are kept by {@link #clear}, so a body that is used again
 * allocates nothing; a source of {@link #REFERENCED_BYTES} or more is not copied but becomes part of the
 * body. Chunks lie on the heap: a Flink TaskManager has room there, and hardly any beside it.
 *
 * <p>Not safe for use by several threads; must not be changed while a request with its content is under
 * way.
 */
public final class BulkBody {

    /** A source this long is referenced: its array belongs to the body until {@link #clear}. */
    public static final int REFERENCED_BYTES = 4 << 20;

    /** Where a bulk goes whose actions name their indices; asks for the same part of the answer. */
    public static final String PATH_OF_SEVERAL =
            "/_bulk?pipeline=_none&filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason,"
                    + "items.*.error.caused_by.reason";

    private static final byte[] INDEX = ascii("{\"index\":{\"");
    private static final byte[] CREATE = ascii("{\"create\":{\"");
    private static final byte[] DELETE = ascii("{\"delete\":{\"");
    private static final byte[] TARGET = ascii("_index\":\"");
    private static final byte[] NEXT = ascii("\",\"");
    private static final byte[] ID = ascii("_id\":\"");
    private static final byte[] ROUTING = ascii("\",\"routing\":\"");
    private static final byte[] VERSION = ascii("\",\"version\":");
    private static final byte[] FENCED_END = ascii(",\"version_type\":\"external_gte\"}}\n");
    private static final byte[] IF_SEQ_NO = ascii("\",\"if_seq_no\":");
    private static final byte[] IF_PRIMARY_TERM = ascii(",\"if_primary_term\":");
    private static final byte[] CONDITION_END = ascii("}}\n");
    private static final byte[] UNFENCED_END = ascii("\"}}\n");
    private static final byte[] HEX = ascii("0123456789abcdef");

    private static final int LONGEST_ESCAPE = 6;
    private static final int MOST_DIGITS = 19;

    private final int chunkBytes;
    private final List<byte[]> chunks = new ArrayList<>();

    /** The body in order: whole or part chunks and referenced sources. */
    private final List<ByteBuffer> parts = new ArrayList<>();

    private int usedChunks;
    private byte[] chunk = new byte[0];
    private int at;
    private int partFrom;

    /** For action i: which part it begins in is found by its offset; offsets[i] of the body, offsets[actions] its end. */
    private long[] offsets = new long[1024];

    private int actions;
    private long bytes;
    private byte @Nullable [] target;
    private long onlyAtSeqNo = -1;
    private long onlyAtTerm;

    /** @param chunkBytes how much is allocated at a time */
    public BulkBody(int chunkBytes) {
        if (chunkBytes < 1024) {
            throw new IllegalArgumentException("chunks of %d bytes".formatted(chunkBytes));
        }
        this.chunkBytes = chunkBytes;
    }

    /** Where a bulk for an index goes, asking only for the part of the answer that {@link BulkAnswer} reads. */
    public static String path(String index) {
        return "/" + URLEncoder.encode(index, StandardCharsets.UTF_8).replace("+", "%20") + PATH_OF_SEVERAL;
    }

    /** Forgets everything and keeps the memory. */
    public void clear() {
        parts.clear();
        usedChunks = 0;
        chunk = new byte[0];
        at = 0;
        partFrom = 0;
        actions = 0;
        bytes = 0;
        target = null;
        onlyAtSeqNo = -1;
    }

    /**
     * The index that the actions from now on name, until {@link #clear}; without it they name none.
     *
     * @param index UTF-8
     */
    public void into(byte[] index) {
        target = index;
    }

    /** The next action, which must have no fence, is carried out only if the document still is as this operation left it. */
    public void onlyAt(long seqNo, long primaryTerm) {
        onlyAtSeqNo = seqNo;
        onlyAtTerm = primaryTerm;
    }

    /** How many actions it holds. */
    public int actions() {
        return actions;
    }

    /** The length of the whole body. */
    public long bytes() {
        return bytes;
    }

    /**
     * Adds an index action.
     *
     * @param id UTF-8, in {@code id[0, idLength)}
     * @param routing UTF-8, in {@code routing[0, routingLength)}; a length of −1 for none
     * @param fence the external version, or −1 for none
     * @param source one JSON object, in {@code source[sourceOffset, +sourceLength)}
     */
    public void index(
            byte[] id,
            int idLength,
            byte[] routing,
            int routingLength,
            long fence,
            byte[] source,
            int sourceOffset,
            int sourceLength) {
        begin();
        action(INDEX, id, idLength, routing, routingLength, fence);
        line(source, sourceOffset, sourceLength);
    }

    /** Adds an action that writes a document only where there is none, without a fence; parameters as for {@link #index}. */
    public void create(byte[] id, int idLength, byte[] routing, int routingLength, byte[] source) {
        begin();
        action(CREATE, id, idLength, routing, routingLength, -1);
        line(source, 0, source.length);
    }

    private void line(byte[] source, int sourceOffset, int sourceLength) {
        int skipped = byteOrderMark(source, sourceOffset, sourceLength);
        source(source, sourceOffset + skipped, sourceLength - skipped);
        put((byte) '\n');
        end();
    }

    /** Adds a delete action; parameters as for {@link #index}. */
    public void delete(byte[] id, int idLength, byte[] routing, int routingLength, long fence) {
        begin();
        action(DELETE, id, idLength, routing, routingLength, fence);
        end();
    }

    private void begin() {
        if (actions + 2 > offsets.length) {
            offsets = Arrays.copyOf(offsets, offsets.length * 2);
        }
        offsets[actions] = bytes;
    }

    private void end() {
        actions++;
        offsets[actions] = bytes;
    }

    private void action(byte[] start, byte[] id, int idLength, byte[] routing, int routingLength, long fence) {
        put(start, 0, start.length);
        if (target != null) {
            put(TARGET, 0, TARGET.length);
            string(target, target.length);
            put(NEXT, 0, NEXT.length);
        }
        put(ID, 0, ID.length);
        string(id, idLength);
        if (routingLength >= 0) {
            put(ROUTING, 0, ROUTING.length);
            string(routing, routingLength);
        }
        if (fence < 0 && onlyAtSeqNo >= 0) {
            put(IF_SEQ_NO, 0, IF_SEQ_NO.length);
            number(onlyAtSeqNo);
            put(IF_PRIMARY_TERM, 0, IF_PRIMARY_TERM.length);
            number(onlyAtTerm);
            put(CONDITION_END, 0, CONDITION_END.length);
        } else if (fence < 0) {
            put(UNFENCED_END, 0, UNFENCED_END.length);
        } else {
            put(VERSION, 0, VERSION.length);
            number(fence);
            put(FENCED_END, 0, FENCED_END.length);
        }
        onlyAtSeqNo = -1;
    }

    /** The whole body. The buffers share the body's memory. */
    public List<ByteBuffer> content() {
        List<ByteBuffer> content = new ArrayList<>(parts.size() + 1);
        for (ByteBuffer part : parts) {
            content.add(part.duplicate());
        }
        if (at > partFrom) {
            content.add(ByteBuffer.wrap(chunk, partFrom, at - partFrom).slice());
        }
        return content;
    }

    /** The body of some of the actions only: those in {@code items[0, count)}, in that order. */
    public List<ByteBuffer> content(int[] items, int count) {
        List<ByteBuffer> whole = content();
        List<ByteBuffer> content = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            addSlice(whole, offsets[items[i]], offsets[items[i] + 1], content);
        }
        return content;
    }

    private static void addSlice(List<ByteBuffer> whole, long from, long to, List<ByteBuffer> content) {
        long partStart = 0;
        for (ByteBuffer part : whole) {
            long partEnd = partStart + part.remaining();
            long start = Math.max(from, partStart);
            long end = Math.min(to, partEnd);
            if (start < end) {
                content.add(part.slice((int) (start - partStart), (int) (end - start)));
            }
            if (partEnd >= to) {
                return;
            }
            partStart = partEnd;
        }
    }

    private void source(byte[] source, int offset, int length) {
        if (length >= REFERENCED_BYTES) {
            LineBreaks.clean(source, offset, offset + length);
            closePart();
            parts.add(ByteBuffer.wrap(source, offset, length).slice());
            bytes += length;
            return;
        }
        int from = offset;
        int left = length;
        while (left > 0) {
            int room = room();
            int some = Math.min(left, room);
            System.arraycopy(source, from, chunk, at, some);
            LineBreaks.clean(chunk, at, at + some);
            at += some;
            from += some;
            left -= some;
        }
        bytes += length;
    }

    private static int byteOrderMark(byte[] source, int offset, int length) {
        boolean marked = length >= 3
                && source[offset] == (byte) 0xEF
                && source[offset + 1] == (byte) 0xBB
                && source[offset + 2] == (byte) 0xBF;
        return marked ? 3 : 0;
    }

    /** A JSON string's inside. UTF-8 above ASCII stands for itself. */
    private void string(byte[] text, int length) {
        for (int i = 0; i < length; i++) {
            if (text[i] == '"' || text[i] == '\\' || (text[i] >= 0 && text[i] < ' ')) {
                escaped(text, length);
                return;
            }
        }
        put(text, 0, length);
    }

    private void escaped(byte[] text, int length) {
        byte[] escaped = new byte[length * LONGEST_ESCAPE];
        int end = 0;
        for (int i = 0; i < length; i++) {
            byte b = text[i];
            if (b == '"' || b == '\\') {
                escaped[end++] = '\\';
                escaped[end++] = b;
            } else if (b >= 0 && b < ' ') {
                escaped[end++] = '\\';
                escaped[end++] = 'u';
                escaped[end++] = '0';
                escaped[end++] = '0';
                escaped[end++] = HEX[b >> 4];
                escaped[end++] = HEX[b & 0xF];
            } else {
                escaped[end++] = b;
            }
        }
        put(escaped, 0, end);
    }

    private void number(long value) {
        if (room() < MOST_DIGITS) {
            closePart();
            nextChunk();
        }
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        int end = at + digits;
        long rest = value;
        for (int i = end - 1; i >= at; i--) {
            chunk[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        at = end;
        bytes += digits;
    }

    private void put(byte b) {
        room();
        chunk[at++] = b;
        bytes++;
    }

    private void put(byte[] from, int offset, int length) {
        int done = 0;
        while (done < length) {
            int some = Math.min(length - done, room());
            System.arraycopy(from, offset + done, chunk, at, some);
            at += some;
            done += some;
        }
        bytes += length;
    }

    /** At least one byte. */
    private int room() {
        if (at == chunk.length) {
            closePart();
            nextChunk();
        }
        return chunk.length - at;
    }

    private void closePart() {
        if (at > partFrom) {
            parts.add(ByteBuffer.wrap(chunk, partFrom, at - partFrom).slice());
        }
        partFrom = at;
    }

    private void nextChunk() {
        if (usedChunks == chunks.size()) {
            chunks.add(new byte[chunkBytes]);
        }
        chunk = chunks.get(usedChunks++);
        at = 0;
        partFrom = 0;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
