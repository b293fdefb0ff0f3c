package io.sluice.proxy.answer;

import io.sluice.capture.route.Answer;
import io.sluice.capture.route.Route;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What becomes of a request, so that its answer says what a replay needs. */
public sealed interface Widening {

    /** The name of the parameter by which clients have fields left out. */
    String FILTER_PATH = "filter_path";

    /** It goes as it is, and its answer too. */
    record Unchanged() implements Widening {}

    /**
     * It goes to the source with another target, and its answer passes a filter on the way to the client.
     *
     * @param target instead of the client's; nothing else of the request changes
     */
    record Widened(String target, AskedAnswer asked) implements Widening {}

    /**
     * It goes as it is, and the answer lacks what a replay needs: the exchange is to be marked so.
     *
     * @param reason why it could not be touched, for a count by reason; one of few
     */
    record Stripped(String reason) implements Widening {}

    /** Decides about a request. Looks at nothing but the target if the route's answer is not needed. */
    static Widening of(Route route, String rawTarget, HeaderValues headers) {
        if (route.answer() == Answer.NONE || rawTarget.indexOf('?') < 0) {
            return new Unchanged();
        }
        Optional<Query> parsed = Query.of(rawTarget);
        if (parsed.isEmpty()) {
            return new Stripped("target");
        }
        Query query = parsed.get();
        Optional<String> value = query.value(FILTER_PATH);
        if (value.isEmpty()) {
            return new Unchanged();
        }
        Optional<FilterPaths> paths = FilterPaths.parse(value.get());
        if (paths.isEmpty()) {
            return new Stripped("filter");
        }
        if (paths.get().isEmpty() || paths.get().keepsAll(NeededFields.of(route.answer()))) {
            return new Unchanged();
        }
        if (Signature.coversTarget(query, headers)) {
            return new Stripped("signature");
        }
        if (route.answer() == Answer.BULK_STREAM || wantsOtherThanJsonOrSmile(query, headers)) {
            return new Stripped("format");
        }
        return new Widened(query.targetWithout(FILTER_PATH), new AskedAnswer(paths.get()));
    }

    /** The format is that of the parameter, else of Accept, else of the request's body: any of them may be meant. */
    private static boolean wantsOtherThanJsonOrSmile(Query query, HeaderValues headers) {
        return query.value("format").stream().anyMatch(Widening::isOther)
                || headers.of("Accept").stream().anyMatch(Widening::isOther)
                || headers.of("Content-Type").stream().anyMatch(Widening::isOther);
    }

    private static boolean isOther(String format) {
        String lowerCase = format.toLowerCase(Locale.ROOT);
        return List.of("yaml", "cbor").stream().anyMatch(lowerCase::contains);
    }
}
