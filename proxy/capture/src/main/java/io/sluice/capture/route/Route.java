package io.sluice.capture.route;

/**
 * What kind of request it is. There are as many of them as rows in {@code routes.txt}, each once, however many requests
 * there are: they may serve as labels of metrics.
 *
 * @param method as in the request line, or {@code OTHER} for one that no search server knows
 * @param template its path with names for what varies, such as <code>/{index}/_search</code>; {@code **} for the rest of
 *     a path that is not told apart further; {@link #UNKNOWN} when no row has it
 * @param name both, such as <code>GET /{index}/_search</code>
 */
public record Route(String method, String template, String name, RouteClass routeClass, Answer answer) {

    /** The template of requests that the table does not have. */
    public static final String UNKNOWN = "unknown";

    Route(String method, String template, RouteClass routeClass, Answer answer) {
        this(method, template, method + " " + template, routeClass, answer);
    }

    /** Finds the route of a request to a source of which nothing is known: where versions differ it is a write. */
    public static Route of(String method, String rawTarget) {
        return of(method, rawTarget, Types.NONE);
    }

    /**
     * Finds the route of a request. Does not allocate but for targets with empty segments.
     *
     * @param method from the request line; methods are case-sensitive
     * @param rawTarget from the request line, as it stands there: percent signs and query included
     * @param types what the source knows
     */
    public static Route of(String method, String rawTarget, Types types) {
        return RouteTable.of(types).find(Verb.of(method), rawTarget);
    }

    /** Whether it may change data. */
    public boolean isWrite() {
        return routeClass == RouteClass.WRITE;
    }
}
