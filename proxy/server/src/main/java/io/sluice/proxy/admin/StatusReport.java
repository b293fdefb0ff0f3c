package io.sluice.proxy.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.proxy.forward.Gate;
import io.sluice.proxy.forward.Tally;
import io.sluice.proxy.upstream.Node;
import io.sluice.proxy.upstream.Upstream;

/** A proxy's status as JSON; docs/capture.md says what each field means. */
final class StatusReport {

    private static final ObjectMapper JSON = new ObjectMapper();

    private StatusReport() {}

    static ObjectNode of(Administered proxy) {
        ObjectNode status = JSON.createObjectNode();
        route(status.putObject("route"), proxy);
        clients(status.putObject("clients"), proxy);
        exchanges(status.putObject("exchanges"), proxy.tally());
        ObjectNode clusters = status.putObject("clusters");
        proxy.clusters().values().forEach(cluster -> nodes(clusters.putArray(cluster.name()), cluster));
        if (proxy.capture() == null) {
            status.putNull("capture");
        } else {
            status.set("capture", proxy.capture().status());
        }
        return status;
    }

    private static void route(ObjectNode route, Administered proxy) {
        Gate gate = proxy.gate();
        route.put("upstream", gate.upstream().name());
        route.put("held", gate.isHeld());
        route.put("waiting", gate.waiting());
        route.putObject("in_flight").put("read", gate.inFlight(false)).put("write", gate.inFlight(true));
    }

    private static void clients(ObjectNode clients, Administered proxy) {
        clients.put("connected", proxy.clients().getAsInt());
        clients.put("taken", proxy.tally().connections.sum());
    }

    private static void exchanges(ObjectNode exchanges, Tally tally) {
        exchanges.putObject("answered").put("read", tally.reads.sum()).put("write", tally.writes.sum());
        exchanges.put("captured", tally.captured.sum());
        exchanges.put("suppressed", tally.suppressed.sum());
        exchanges.put("tunnels", tally.tunnels.sum());
        exchanges.put("reads_cancelled", tally.readsCancelled.sum());
        exchanges.put("writes_left", tally.writesLeft.sum());
        exchanges.put("requests_cut", tally.requestsCut.sum());
        exchanges.put("source_failures", tally.sourceFailures.sum());
        exchanges.put("answers_unreadable", tally.answersUnreadable.sum());
        ObjectNode stripped = exchanges.putObject("answers_stripped");
        tally.stripped().forEach(stripped::put);
        ObjectNode refused = exchanges.putObject("refused");
        tally.refused().forEach(refused::put);
        exchanges.putObject("bytes").put("in", tally.bytesIn.sum()).put("out", tally.bytesOut.sum());
    }

    private static void nodes(ArrayNode nodes, Upstream cluster) {
        for (Node node : cluster.nodes()) {
            nodes.addObject()
                    .put("node", node.address().toString())
                    .put("up", node.isUp())
                    .put("in_flight", node.inFlight());
        }
    }
}
