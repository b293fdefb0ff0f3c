package io.sluice.capture;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The exchanges of one partition of which something is in the journal and the end is not. Guarded by the journal's lock:
 * what it says belongs to one place in the order of records.
 */
final class OpenExchanges {

    private final Set<JournalExchange> open = new LinkedHashSet<>();

    void began(JournalExchange exchange) {
        open.add(exchange);
    }

    void ended(JournalExchange exchange) {
        open.remove(exchange);
    }

    List<JournalExchange> all() {
        return new ArrayList<>(open);
    }

    int size() {
        return open.size();
    }
}
