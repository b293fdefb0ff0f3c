package io.sluice.proxy.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one connection of the admin port.
 *
 * <pre>
 *   GET  /status    how the proxy is
 *   GET  /metrics   the same in numbers, for Prometheus
 *   POST /route     {"to": "hold", "for": "60s"} | {"to": "release"} | {"to": "upstream", "upstream": "target"}
 *   POST /mark      {"name": "…", "properties": {"…": "…"}}
 * </pre>
 */
@SuppressWarnings("FutureReturnValueIgnored") // whoever asked sees what becomes of the answer
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JSON_TYPE = "application/json; charset=UTF-8";

    private final Administered proxy;
    private final Metrics metrics;
    private final RouteOrders route;
    private final @Nullable AdminToken token;

    /**
     * Made for each connection.
     *
     * @param token null: a certificate was shown instead
     */
    AdminHandler(Administered proxy, Metrics metrics, RouteOrders route, @Nullable AdminToken token) {
        this.proxy = proxy;
        this.metrics = metrics;
        this.route = route;
        this.token = token;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) throws IOException {
        if (!request.decoderResult().isSuccess()) {
            answer(ctx, request, error(HttpResponseStatus.BAD_REQUEST, "The request is not valid HTTP."));
            return;
        }
        String shown = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
        if (token != null && !token.isShownBy(shown)) {
            answer(
                    ctx,
                    request,
                    error(
                            HttpResponseStatus.UNAUTHORIZED,
                            "Expected the header Authorization: Bearer and the token of the file that proxy.admin_token names."));
            return;
        }
        String what = request.method() + " " + request.uri().replaceFirst("\\?.*", "");
        switch (what) {
            case "GET /status" -> answer(ctx, request, json(HttpResponseStatus.OK, StatusReport.of(proxy)));
            case "GET /metrics" ->
                answer(ctx, request, new Reply(HttpResponseStatus.OK, Metrics.CONTENT_TYPE, metrics.text()));
            case "POST /route" -> answer(ctx, request, turn(request));
            case "POST /mark" -> mark(ctx, request.retain());
            default ->
                answer(
                        ctx,
                        request,
                        error(
                                HttpResponseStatus.NOT_FOUND,
                                "There is no " + what
                                        + ". There are GET /status, GET /metrics, POST /route, POST /mark."));
        }
    }

    private Reply turn(FullHttpRequest request) {
        try {
            route.follow(body(request));
            return json(HttpResponseStatus.OK, StatusReport.of(proxy));
        } catch (IllegalArgumentException e) {
            return error(HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private void mark(ChannelHandlerContext ctx, FullHttpRequest request) {
        Administered.Capture capture = proxy.capture();
        try {
            JsonNode order = body(request);
            String name = order.path("name").asText("");
            if (name.isEmpty() || capture == null) {
                String why = capture == null
                        ? "This proxy captures nothing, so there is nothing to mark: the configuration has no capture."
                        : "Expected {\"name\": \"…\"}, and maybe \"properties\": an object of texts.";
                answer(
                        ctx,
                        request,
                        error(capture == null ? HttpResponseStatus.CONFLICT : HttpResponseStatus.BAD_REQUEST, why));
                request.release();
                return;
            }
            Map<String, String> properties = new TreeMap<>();
            order.path("properties")
                    .properties()
                    .forEach(entry ->
                            properties.put(entry.getKey(), entry.getValue().asText()));
            capture.mark(name, properties)
                    .whenComplete((receipt, failure) ->
                            ctx.executor().execute(() -> marked(ctx, request, name, receipt, failure)));
        } catch (IllegalArgumentException e) {
            answer(ctx, request, error(HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage())));
            request.release();
        }
    }

    private static void marked(
            ChannelHandlerContext ctx,
            FullHttpRequest request,
            String name,
            @Nullable JsonNode receipt,
            @Nullable Throwable failure) {
        if (receipt != null) {
            answer(ctx, request, json(HttpResponseStatus.OK, receipt));
        } else {
            answer(
                    ctx,
                    request,
                    error(
                            HttpResponseStatus.SERVICE_UNAVAILABLE,
                            "The mark " + name + " is not in every partition: "
                                    + (failure == null ? "nobody knows why" : failure.getMessage())));
        }
        request.release();
    }

    private static JsonNode body(FullHttpRequest request) {
        try {
            JsonNode body = JSON.readTree(request.content().toString(StandardCharsets.UTF_8));
            if (body != null && body.isObject()) {
                return body;
            }
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException("The body is not JSON: " + notJson.getOriginalMessage() + ".", notJson);
        }
        throw new IllegalArgumentException("Expected a body that is one JSON object.");
    }

    @SuppressWarnings("ArrayRecordComponent") // passed on at once, never compared
    private record Reply(HttpResponseStatus status, String type, byte[] body) {}

    private static Reply json(HttpResponseStatus status, JsonNode body) {
        return new Reply(status, JSON_TYPE, (body + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static Reply error(HttpResponseStatus status, String reason) {
        return json(status, JSON.createObjectNode().put("error", reason));
    }

    private static void answer(ChannelHandlerContext ctx, FullHttpRequest request, Reply reply) {
        ByteBuf body = Unpooled.wrappedBuffer(reply.body());
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, reply.status(), body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, reply.type())
                .setInt(HttpHeaderNames.CONTENT_LENGTH, reply.body().length);
        if (HttpUtil.isKeepAlive(request)) {
            ctx.writeAndFlush(response);
        } else {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("A connection of the admin port failed", cause);
        ctx.close();
    }
}
