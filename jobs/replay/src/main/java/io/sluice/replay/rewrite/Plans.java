package io.sluice.replay.rewrite;

import io.sluice.capture.route.Route;
import io.sluice.capture.route.Types;
import java.util.HashMap;
import java.util.Map;

/** What is done with the requests of each route. Not safe for use by several threads. */
final class Plans {

    private final Types types;

    /** By the route's name: as many as the table of routes has rows. */
    private final Map<String, Plan> plans = new HashMap<>();

    /** @param types what paths mean to the source */
    Plans(Types types) {
        this.types = types;
    }

    Route route(Head request) {
        return Route.of(request.method(), request.target(), types);
    }

    Plan of(Route route) {
        Plan plan = plans.get(route.name());
        if (plan == null) {
            plan = Plan.of(route);
            plans.put(route.name(), plan);
        }
        return plan;
    }
}
