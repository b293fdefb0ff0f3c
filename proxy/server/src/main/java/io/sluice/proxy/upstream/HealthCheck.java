package io.sluice.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.sluice.proxy.http.HeadWriter;
import io.sluice.proxy.http.HttpLimits;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at nodes that failed, and, when there are several, at all of them: whether they take a connection, or answer a GET
 * with anything below 500. Runs on one event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a look ends in one way or another
public final class HealthCheck {

    private static final Logger LOG = LoggerFactory.getLogger(HealthCheck.class);

    private final Upstream upstream;
    private final Lane lane;
    private final String path;

    /**
     * Looks at nothing yet.
     *
     * @param path what is asked for; empty: nothing, a connection is enough
     */
    public HealthCheck(Upstream upstream, EventLoop loop, Transport transport, String path) {
        this.upstream = upstream;
        this.path = path;
        this.lane = new Lane(0, loop, transport, PooledByteBufAllocator.DEFAULT, new HeadWriter(), HttpLimits.DEFAULT);
    }

    /** Looks once. */
    public void look() {
        for (Node node : upstream.nodes()) {
            if (!node.isUp() || upstream.nodes().size() > 1) {
                new Look(node).begin();
            }
        }
    }

    private final class Look implements SourceListener {

        private final Node node;
        private final boolean wasUp;
        private @Nullable SourceConnection connection;
        private boolean over;

        Look(Node node) {
            this.node = node;
            this.wasUp = node.isUp();
        }

        void begin() {
            new NodePool(lane, upstream, node).take(this);
        }

        @Override
        public void connected(SourceConnection made) {
            if (path.isEmpty()) {
                over = true;
                made.close();
                tell(true);
                return;
            }
            connection = made;
            HttpRequest ask = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
            ask.headers().set("host", node.address().toString());
            made.expect(false);
            made.write(lane.writer().request(lane.buffers(), ask));
            made.flush();
            lane.loop().schedule(() -> end(false), upstream.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
        }

        private void end(boolean well) {
            if (over) {
                return;
            }
            over = true;
            SourceConnection used = connection;
            if (used != null) {
                used.close();
            }
            if (!well) {
                node.failed(System.nanoTime());
            }
            tell(well);
        }

        private void tell(boolean well) {
            if (well != wasUp) {
                LOG.warn(
                        well
                                ? "Node {} of the {} is well again"
                                : "Node {} of the {} is not well: it gets no requests for now",
                        node.address(),
                        upstream.name());
            }
        }

        @Override
        public void unreachable(SourceFailure failure) {
            end(false);
        }

        @Override
        public void answer(HttpResponse head) {
            if (head.status().code() >= 500 || head.decoderResult().isFailure()) {
                end(false);
            }
        }

        @Override
        public void content(HttpContent content) {
            boolean last = content instanceof LastHttpContent;
            content.release();
            if (last) {
                end(true);
            }
        }

        @Override
        public void raw(ByteBuf bytes) {
            bytes.release();
        }

        @Override
        public void readComplete() {
            if (!over && connection != null) {
                connection.read();
            }
        }

        @Override
        public void writabilityChanged() {}

        @Override
        public void closed(@Nullable SourceFailure failure) {
            end(false);
        }
    }
}
