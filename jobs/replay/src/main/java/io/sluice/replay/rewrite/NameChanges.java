package io.sluice.replay.rewrite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.route.Route;
import io.sluice.capture.wire.Cut;
import io.sluice.replay.names.GatheredEffects;
import io.sluice.replay.names.NameEffects;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads from requests for whole indices what names may do from then on to documents that are written through them. From the request alone:
 * it may be done long before its answer is there. Whether it is replayed does not count, nor what takes an effect away.
 */
public final class NameChanges {

    private static final Set<Plan.Kind> KINDS = EnumSet.of(
            Plan.Kind.ALIAS_ACTIONS,
            Plan.Kind.ALIAS,
            Plan.Kind.CREATE_INDEX,
            Plan.Kind.SETTINGS,
            Plan.Kind.ROLLOVER,
            Plan.Kind.COPY,
            Plan.Kind.TEMPLATE,
            Plan.Kind.INDEX_TEMPLATE,
            Plan.Kind.COMPONENT_TEMPLATE);

    /** By the names of routes: as many as the table of routes has rows. */
    private static final Map<String, Boolean> CONCERNED = new ConcurrentHashMap<>();

    private final RewriteRules rules;

    /** Reads what came from a source of which these rules speak. */
    public NameChanges(RewriteRules rules) {
        this.rules = rules;
    }

    /** Whether a request with this head may be one of them. Looks at the first line alone. */
    public static boolean mayConcern(ByteString requestHead) {
        int end = 0;
        while (end < requestHead.size() && requestHead.byteAt(end) != '\n') {
            end++;
        }
        Head head = Head.ofRequest(requestHead.substring(0, end));
        return head != null && !head.method().equals("DELETE") && isConcerned(Route.of(head.method(), head.target()));
    }

    private static boolean isConcerned(Route route) {
        Boolean known = CONCERNED.get(route.name());
        if (known == null) {
            known = KINDS.contains(Plan.of(route).kind());
            CONCERNED.put(route.name(), known);
        }
        return known;
    }

    /**
     * What an exchange may do to names. To be called when its request is there as a whole, and once more when it is over: its answer may tell
     * more, and of a request that cannot be read, whether the source could.
     *
     * @param isOver whether nothing more of it comes
     */
    public NameEffects of(CapturedExchange exchange, boolean isOver) {
        Head head = Head.ofRequest(exchange.request().head());
        if (head == null || head.method().equals("DELETE")) {
            return NameEffects.NONE;
        }
        Plan plan = Plan.of(Route.of(head.method(), head.target(), rules.types()));
        if (!KINDS.contains(plan.kind()) || exchange.answer().cut() == Cut.REFUSED_BY_PROXY) {
            return NameEffects.NONE;
        }
        Request request = new Request(exchange, plan, head, rules.mostBodyBytes());
        ObjectNode body = request.hasBody() ? Trees.object(request.body()) : null;
        if (body != null && isOver && plan.kind() != Plan.Kind.ROLLOVER) {
            return NameEffects.NONE; // told when the request was there
        }
        if (body != null) {
            GatheredEffects effects = new GatheredEffects();
            gather(request, body, effects);
            return effects.done();
        }
        return wasNeverWhole(exchange.request().cut()) || !isOver || request.outcome() == Request.Outcome.REFUSED
                ? NameEffects.NONE
                : NameEffects.ANY;
    }

    /** Whether the source has not done it, either: what is missing in the record alone it may have had. */
    private static boolean wasNeverWhole(Cut cut) {
        return cut != Cut.WHOLE && cut != Cut.NOT_RECORDED;
    }

    private static void gather(Request request, ObjectNode body, GatheredEffects into) {
        switch (request.plan().kind()) {
            case ALIAS_ACTIONS -> body.path("actions").forEach(action -> action(action.path("add"), into));
            case ALIAS -> alias(request, body, into);
            case CREATE_INDEX -> into.definition(body, names(request.index()));
            case SETTINGS -> {
                into.settings(body, names(request.index()));
                into.settings(body.path("settings"), names(request.index()));
            }
            case ROLLOVER -> rollover(request, body, into);
            case COPY -> {
                List<String> made = names(segment(request, "{target}"));
                into.definition(body, made);
                names(request.index()).forEach(from -> into.leads(from, made));
            }
            case TEMPLATE -> into.legacyTemplate(body);
            case INDEX_TEMPLATE -> into.indexTemplate(body);
            default -> {
                String name = segment(request, "{name}");
                into.componentTemplate(name == null ? "" : name, body);
            }
        }
    }

    private static void action(JsonNode add, GatheredEffects into) {
        List<String> indices = new ArrayList<>();
        AliasActions.names(add).forEach(name -> indices.addAll(names(name)));
        List<String> aliases = new ArrayList<>();
        for (String key : List.of("alias", "aliases")) {
            JsonNode value = add.path(key);
            if (value.isTextual()) {
                aliases.add(value.asText());
            }
            value.forEach(name -> aliases.add(name.asText()));
        }
        aliases.forEach(alias -> into.alias(alias, add, indices));
    }

    /** The oldest forms have the names in the body. */
    private static void alias(Request request, ObjectNode body, GatheredEffects into) {
        String inPath = segment(request, "{name}");
        String alias = inPath == null ? body.path("alias").asText("") : inPath;
        String index = request.index() == null ? body.path("index").asText("") : request.index();
        if (!alias.isEmpty()) {
            into.alias(alias, body, names(index));
        }
    }

    /** What the index will be called that is made, its answer says at the latest; until then it is written to through the alias. */
    private static void rollover(Request request, ObjectNode body, GatheredEffects into) {
        List<String> made = new ArrayList<>(names(request.index()));
        String wanted = segment(request, "{new}");
        String told = Trees.answer(request).path("new_index").asText("");
        made.addAll(wanted == null ? List.of() : names(wanted));
        made.addAll(told.isEmpty() ? List.of() : List.of(told));
        into.definition(body, made);
        if (!told.isEmpty()) {
            names(request.index()).forEach(alias -> into.leads(alias, List.of(told)));
        }
    }

    private static @Nullable String segment(Request request, String name) {
        return request.target().segment(request.plan().segments().indexOf(name));
    }

    /** The names and patterns in an expression of indices; of dates the part before. Which are taken away again does not count. */
    private static List<String> names(@Nullable String expression) {
        if (expression == null || expression.isEmpty()) {
            return List.of("*");
        }
        List<String> names = new ArrayList<>();
        for (String part : expression.split(",", -1)) {
            int date = part.indexOf('{');
            if (part.startsWith("<")) {
                names.add(part.substring(1, date < 0 ? Math.max(1, part.length() - 1) : date) + "*");
            } else if (part.equals("_all")) {
                names.add("*");
            } else if (!part.startsWith("-") && !part.isEmpty()) {
                names.add(part.startsWith("+") ? part.substring(1) : part);
            }
        }
        return names;
    }
}
