package io.sluice.capture.route;

/** The methods that search servers tell apart. */
enum Verb {
    GET,
    HEAD,
    POST,
    PUT,
    DELETE,
    PATCH,
    OPTIONS,
    /** Any other. */
    OTHER;

    static Verb of(String method) {
        return switch (method) {
            case "GET" -> GET;
            case "HEAD" -> HEAD;
            case "POST" -> POST;
            case "PUT" -> PUT;
            case "DELETE" -> DELETE;
            case "PATCH" -> PATCH;
            case "OPTIONS" -> OPTIONS;
            default -> OTHER;
        };
    }

    /** What it is taken for when nothing is known of the path. */
    RouteClass classOfUnknown() {
        return switch (this) {
            case GET, HEAD, OPTIONS -> RouteClass.READ;
            default -> RouteClass.WRITE;
        };
    }
}
