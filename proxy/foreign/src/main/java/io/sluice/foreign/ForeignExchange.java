package io.sluice.foreign;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.sluice.capture.route.Route;
import io.sluice.capture.wire.Cut;
import io.sluice.capture.wire.Fragment;
import io.sluice.capture.wire.Part;
import io.sluice.capture.wire.RouteClass;
import java.io.IOException;

/** One request and its answer, as fragments. */
final class ForeignExchange {

    /** A client's own filter, which takes away from the answer what a replay needs. */
    private static final String FILTER = "filter_path=";

    private final ForeignConnection connection;
    private final long number;
    private final boolean head;
    private final boolean write;
    private final boolean stripped;
    final PartWriter request = new PartWriter(fragment -> emit(fragment, Part.REQUEST));
    final PartWriter answer = new PartWriter(fragment -> emit(fragment, Part.ANSWER));

    ForeignExchange(ForeignConnection connection, long number, HttpRequest request) {
        this.connection = connection;
        this.number = number;
        this.head = request.method().equals(HttpMethod.HEAD);
        this.write = Route.of(request.method().name(), request.uri()).isWrite();
        int query = request.uri().indexOf('?');
        this.stripped = write && query >= 0 && request.uri().indexOf(FILTER, query) >= 0;
    }

    boolean isHead() {
        return head;
    }

    private void emit(Fragment.Builder fragment, Part part) throws IOException {
        if (part == Part.REQUEST && fragment.getFragment() == 0) {
            fragment.setRoute(write ? RouteClass.WRITE : RouteClass.READ)
                    .setAnswerStripped(stripped)
                    .setClient(connection.name());
        }
        connection.emit(fragment.setExchange(number).setPart(part));
    }

    /** Ends what has no end. */
    void cut(Cut ofRequest, Cut ofAnswer) throws IOException {
        request.cut(ofRequest);
        answer.cut(ofAnswer);
    }
}
