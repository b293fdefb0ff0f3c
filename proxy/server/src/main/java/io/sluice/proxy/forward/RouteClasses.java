package io.sluice.proxy.forward;

/** Which requests may change data: told by the route, not by the method. */
@FunctionalInterface
public interface RouteClasses {

    /**
     * Whether a request may change data. Whatever is not known may.
     *
     * @param target path and query as they came
     */
    boolean isWrite(String method, String target);
}
