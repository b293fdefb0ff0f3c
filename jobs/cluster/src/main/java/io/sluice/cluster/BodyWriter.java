package io.sluice.cluster;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands a body to a channel piece by piece, never more than the channel takes: the transport copies a
 * heap piece into a direct buffer, and there must be few of those.
 *
 * <p>Runs on the channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of pieces: the last one tells
final class BodyWriter {

    /** Of one write. */
    static final int PIECE = 128 << 10;

    private final Channel channel;
    private final List<ByteBuffer> body;
    private final ChannelFutureListener written;

    private int part;
    private int offset;
    private boolean writing;
    private boolean ended;

    /** @param written hears of the last piece, or of the first that failed */
    BodyWriter(Channel channel, List<ByteBuffer> body, ChannelFutureListener written) {
        this.channel = channel;
        this.body = body;
        this.written = written;
    }

    /** Goes on as far as the channel lets it. Call it whenever the channel has become writable. */
    void proceed() {
        if (writing || ended) {
            return; // a flush below has made the channel writable: the loop sees it
        }
        writing = true;
        try {
            while (!ended && channel.isWritable()) {
                writeUntilFull();
                channel.flush();
            }
        } finally {
            writing = false;
        }
    }

    void stop() {
        ended = true;
    }

    private void writeUntilFull() {
        while (channel.isWritable()) {
            ByteBuffer piece = next();
            if (piece == null) {
                ended = true;
                channel.write(LastHttpContent.EMPTY_LAST_CONTENT).addListener(written);
                return;
            }
            channel.write(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)));
        }
    }

    private @Nullable ByteBuffer next() {
        while (part < body.size()) {
            ByteBuffer whole = body.get(part);
            int length = Math.min(PIECE, whole.remaining() - offset);
            if (length > 0) {
                ByteBuffer piece = whole.slice(whole.position() + offset, length);
                offset += length;
                return piece;
            }
            part++;
            offset = 0;
        }
        return null;
    }
}
