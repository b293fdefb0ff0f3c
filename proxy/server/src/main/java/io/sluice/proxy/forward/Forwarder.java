package io.sluice.proxy.forward;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.sluice.capture.Admission;
import io.sluice.capture.ConnectionRecorder;
import io.sluice.capture.Recorder;
import io.sluice.capture.route.Route;
import io.sluice.proxy.answer.AskedAnswer;
import io.sluice.proxy.answer.Widening;
import io.sluice.proxy.http.HeadRules;
import io.sluice.proxy.http.Refusal;
import io.sluice.proxy.http.RequestDecoder;
import io.sluice.proxy.upstream.Lane;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all clients of a proxy share. From any thread. */
public final class Forwarder {

    private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);

    private final ForwardSettings settings;
    private final Gate gate;
    private final Tally tally;
    private final @Nullable Recorder recorder;
    private final boolean tls;
    private final int mostClients;
    private final Set<ClientConnection> clients = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    /**
     * Forwards nothing yet.
     *
     * @param recorder null: nothing is captured
     * @param tls whether clients speak TLS
     */
    public Forwarder(
            ForwardSettings settings,
            Gate gate,
            Tally tally,
            @Nullable Recorder recorder,
            boolean tls,
            int mostClients) {
        this.settings = settings;
        this.gate = gate;
        this.tally = tally;
        this.recorder = recorder;
        this.tls = tls;
        this.mostClients = mostClients;
    }

    /** Makes the end of a new client's pipeline. */
    public void take(ChannelPipeline pipeline, Lane lane) {
        RequestDecoder decoder = new RequestDecoder(lane.limits());
        pipeline.addLast(decoder, new ClientConnection(this, lane, decoder));
    }

    /** Lets no client begin another request; those without one are closed. */
    public void drain() {
        draining = true;
        clients.forEach(client -> client.run(client::drain));
    }

    /** Closes all clients, whatever they wait for. */
    public void stop() {
        clients.forEach(client -> client.run(client::stop));
    }

    /** Clients that are connected. */
    public int clients() {
        return clients.size();
    }

    ForwardSettings settings() {
        return settings;
    }

    Gate gate() {
        return gate;
    }

    Tally tally() {
        return tally;
    }

    boolean hasTls() {
        return tls;
    }

    boolean tunnels() {
        return settings.tunnel();
    }

    /** False: there are too many. */
    boolean add(ClientConnection client) {
        if (draining || clients.size() >= mostClients) {
            tally.refused("too_many_connections");
            return false;
        }
        clients.add(client);
        tally.connections.increment();
        return true;
    }

    void remove(ClientConnection client) {
        if (clients.remove(client)) {
            tally.connectionsEnded.increment();
        }
    }

    void clientFailed(Throwable cause) {
        LOG.debug("A client's connection failed", cause);
    }

    @Nullable
    ConnectionRecorder recorderFor(Channel channel) {
        if (recorder == null) {
            return null;
        }
        InetSocketAddress address = (InetSocketAddress) channel.remoteAddress();
        String host = address.getAddress().getHostAddress();
        return recorder.connection((host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort());
    }

    static Route route(HttpRequest request) {
        return Route.of(request.method().name(), request.uri());
    }

    /**
     * How a request may begin.
     *
     * @param refusal why it may not; null: it may
     */
    record Beginning(
            ExchangeCapture capture,
            Widening widening,
            @Nullable Refusal refusal) {

        static final Beginning BESIDE_THE_CAPTURE = new Beginning(ExchangeCapture.OFF, new Widening.Unchanged(), null);

        /** What the client wants of the answer; null: all of it. */
        @Nullable
        AskedAnswer asked() {
            return widening instanceof Widening.Widened widened ? widened.asked() : null;
        }
    }

    /** Begins to capture an exchange, if it is to be captured and may be. */
    Beginning begin(@Nullable ConnectionRecorder connection, HttpRequest request, Route route, Lane lane) {
        Recorder to = recorder;
        if (to == null || connection == null) {
            return Beginning.BESIDE_THE_CAPTURE;
        }
        boolean write = route.isWrite();
        if (settings.suppression().covers(request, write)) {
            tally.suppressed.increment();
            return Beginning.BESIDE_THE_CAPTURE;
        }
        Admission admission = write ? to.admission() : Admission.ADMITTED;
        Widening widening = Widening.of(route, request.uri(), request.headers()::getAll);
        boolean stripped = widening instanceof Widening.Stripped;
        ExchangeCapture capture = new ExchangeCapture(connection, lane, write, stripped, settings.keepCredentials());
        if (admission != Admission.ADMITTED) {
            return new Beginning(capture, widening, refusal(admission));
        }
        tally.captured.increment();
        if (widening instanceof Widening.Stripped why) {
            tally.stripped(why.reason());
        }
        return new Beginning(capture, widening, null);
    }

    static Refusal refusal(Admission admission) {
        String why = switch (admission) {
            case KAFKA_FAILS -> "Kafka does not acknowledge the capture, and capture.on_kafka_failure is reject.";
            case JOURNAL_FULL -> "The capture's journal is full.";
            case JOURNAL_BROKEN -> "The capture's journal cannot be written.";
            case ADMITTED -> "";
        };
        return new Refusal(
                503,
                "capture",
                "The proxy does not pass on this write: " + why + " It was not applied; try again later.");
    }

    static Refusal tooManyWait() {
        return new Refusal(
                503,
                "held",
                "The proxy holds back requests at the moment, and too many wait already. Try again later.");
    }

    /** The request with the head that the source gets: the very same, unless something is to be changed. */
    HttpRequest toSend(HttpRequest request, boolean upgrade, Widening widening) {
        String target = widening instanceof Widening.Widened widened ? widened.target() : request.uri();
        boolean strips = upgrade && !settings.tunnel();
        if (!strips && settings.setHeaders().isEmpty() && target.equals(request.uri())) {
            return request;
        }
        HttpHeaders headers = request.headers().copy();
        if (strips) {
            stripUpgrade(headers);
        }
        settings.setHeaders().forEach(headers::set);
        return new DefaultHttpRequest(request.protocolVersion(), request.method(), target, headers);
    }

    /** Then the request is what it would be from a client that does not know of other protocols. */
    private static void stripUpgrade(HttpHeaders headers) {
        headers.remove(HttpHeaderNames.UPGRADE);
        headers.remove("HTTP2-Settings");
        String connection = String.join(",", headers.getAll(HttpHeaderNames.CONNECTION));
        String rest = Arrays.stream(connection.split(","))
                .map(String::strip)
                .filter(token -> !token.isEmpty()
                        && !HeadRules.hasToken(token, "upgrade")
                        && !HeadRules.hasToken(token, "http2-settings"))
                .collect(Collectors.joining(", "));
        headers.remove(HttpHeaderNames.CONNECTION);
        if (!rest.isEmpty()) {
            headers.set(HttpHeaderNames.CONNECTION, rest);
        }
    }
}
