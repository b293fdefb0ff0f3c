package io.sluice.proxy.answer;

import java.util.List;

/** The headers of a message, as Netty's {@code headers::getAll} gives them. */
@FunctionalInterface
public interface HeaderValues {

    /** All values of a header whose name is spelled in any case, in their order; none if there is no such header. */
    List<String> of(String name);
}
