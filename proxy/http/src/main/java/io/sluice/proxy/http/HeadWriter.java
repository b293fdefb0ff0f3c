package io.sluice.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes heads as they came: the same lines, in the same order and case; only white space around a value is gone.
 *
 * <p>Characters of a head are bytes here: what is above ASCII goes out as it came in.
 *
 * <p>For one thread: it has room of its own to write in.
 */
public final class HeadWriter {

    private static final int FIRST_ROOM = 2048;
    private static final int MOST_ROOM_KEPT = 64 << 10;

    private byte[] room = new byte[FIRST_ROOM];
    private int length;
    private boolean redacting;

    /** A request's head, for the wire. */
    public ByteBuf request(ByteBufAllocator buffers, HttpRequest request) {
        redacting = false;
        requestLine(request);
        headers(request.headers());
        return finish(buffers);
    }

    /** A request's head without its secrets; null when it has none, and is thus as it goes over the wire. */
    public @Nullable ByteBuf redacted(ByteBufAllocator buffers, HttpRequest request) {
        if (!hasSecrets(request.headers())) {
            return null;
        }
        redacting = true;
        requestLine(request);
        headers(request.headers());
        return finish(buffers);
    }

    /** An answer's head, for the wire. */
    public ByteBuf answer(ByteBufAllocator buffers, HttpResponse answer) {
        redacting = false;
        statusLine(answer);
        headers(headersOf(answer));
        return finish(buffers);
    }

    /**
     * An answer's head, with another line in place of what it says of its body's length.
     *
     * @param framing the line, or nothing
     */
    public ByteBuf answer(ByteBufAllocator buffers, HttpResponse answer, String framing) {
        redacting = false;
        statusLine(answer);
        boolean framed = framing.isEmpty();
        for (Map.Entry<String, String> line : answer.headers()) {
            boolean frames = HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(line.getKey())
                    || HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(line.getKey());
            if (!frames) {
                line(line.getKey(), line.getValue());
            } else if (!framed) {
                framed = true;
                text(framing);
                end();
            }
        }
        if (!framed) {
            text(framing);
            end();
        }
        end();
        return finish(buffers);
    }

    /** An answer's head without its secrets; null when it has none. */
    public @Nullable ByteBuf redacted(ByteBufAllocator buffers, HttpResponse answer) {
        HttpHeaders headers = headersOf(answer);
        if (!hasSecrets(headers)) {
            return null;
        }
        redacting = true;
        statusLine(answer);
        headers(headers);
        return finish(buffers);
    }

    /** Header lines without a blank line. */
    public ByteBuf trailers(ByteBufAllocator buffers, HttpHeaders trailers, boolean keepSecrets) {
        redacting = !keepSecrets;
        lines(trailers);
        return finish(buffers);
    }

    /** The header lines of an answer as they came, those about a body that it does not have included. */
    static HttpHeaders headersOf(HttpResponse answer) {
        return answer instanceof AnswerDecoder.AnswerHead head ? head.asTheyCame() : answer.headers();
    }

    private void requestLine(HttpRequest request) {
        text(request.method().name());
        one((byte) ' ');
        text(request.uri());
        one((byte) ' ');
        text(request.protocolVersion().text());
        end();
    }

    private void statusLine(HttpResponse answer) {
        text(answer.protocolVersion().text());
        one((byte) ' ');
        text(answer.status().codeAsText());
        one((byte) ' ');
        text(answer.status().reasonPhrase());
        end();
    }

    private void headers(HttpHeaders headers) {
        lines(headers);
        end();
    }

    private void lines(HttpHeaders headers) {
        Iterator<Map.Entry<CharSequence, CharSequence>> lines = headers.iteratorCharSequence();
        while (lines.hasNext()) {
            Map.Entry<CharSequence, CharSequence> line = lines.next();
            line(line.getKey(), line.getValue());
        }
    }

    private void line(CharSequence name, CharSequence value) {
        text(name);
        one((byte) ':');
        one((byte) ' ');
        if (redacting && Credentials.isOne(name)) {
            text(Credentials.REDACTED);
        } else {
            text(value);
        }
        end();
    }

    private void end() {
        one((byte) '\r');
        one((byte) '\n');
    }

    private void one(byte character) {
        ensure(1);
        room[length++] = character;
    }

    @SuppressWarnings(
            "deprecation") // the low bytes of each character are what is wanted, and nothing else gives them as fast
    private void text(CharSequence text) {
        int size = text.length();
        ensure(size);
        if (text instanceof AsciiString ascii) {
            ascii.copy(0, room, length, size);
        } else {
            text.toString().getBytes(0, size, room, length);
        }
        length += size;
    }

    private void ensure(int more) {
        if (more > room.length - length) {
            byte[] larger = new byte[Math.max(room.length * 2, length + more)];
            System.arraycopy(room, 0, larger, 0, length);
            room = larger;
        }
    }

    private ByteBuf finish(ByteBufAllocator buffers) {
        ByteBuf head = buffers.directBuffer(length).writeBytes(room, 0, length);
        length = 0;
        if (room.length > MOST_ROOM_KEPT) {
            room = new byte[FIRST_ROOM];
        }
        return head;
    }

    private static boolean hasSecrets(HttpHeaders headers) {
        Iterator<Map.Entry<CharSequence, CharSequence>> lines = headers.iteratorCharSequence();
        while (lines.hasNext()) {
            if (Credentials.isOne(lines.next().getKey())) {
                return true;
            }
        }
        return false;
    }
}
