package io.sluice.capture.read;

import com.google.protobuf.ByteString;
import io.sluice.capture.wire.Cut;
import io.sluice.capture.wire.Fragment;
import io.sluice.capture.wire.Part;
import io.sluice.capture.wire.RouteClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Puts exchanges together from the fragments of one partition, and hands each on when nothing more of it comes.
 *
 * <p>Holds at most a given number of bytes: an exchange for which there is no room keeps its heads, and loses its bodies.
 */
public final class ExchangeAssembler implements CaptureListener {

    private static final class Building {
        final PartBuilding request = new PartBuilding();
        final PartBuilding answer = new PartBuilding();
        final List<Trouble> troubles = new ArrayList<>();
        boolean write;
        boolean answerStripped;
        String client = "";
    }

    private static final class PartBuilding {
        ByteString head = ByteString.EMPTY;
        ByteString body = ByteString.EMPTY;
        ByteString trailers = ByteString.EMPTY;
        Cut cut = Cut.WHOLE;
        long began;
        long ended;
        long bodyBytes;
        boolean held = true;
        int next;
        boolean gap;

        CapturedPart done() {
            boolean whole = ended != 0 && cut == Cut.WHOLE && !gap && !head.isEmpty();
            return new CapturedPart(head, body, trailers, began, ended, cut, bodyBytes, held, whole);
        }
    }

    private final Consumer<CapturedExchange> whole;
    private final long mostBytes;
    private final Map<ExchangeId, Building> open = new HashMap<>();
    private long bytes;

    /**
     * @param mostBytes how many bytes may be held at once
     */
    public ExchangeAssembler(Consumer<CapturedExchange> whole, long mostBytes) {
        this.whole = whole;
        this.mostBytes = mostBytes;
    }

    @Override
    public void fragment(ExchangeId id, long stamp, Fragment fragment) {
        Building building = open.computeIfAbsent(id, key -> new Building());
        boolean request = fragment.getPart() == Part.REQUEST;
        if (request && fragment.getFragment() == 0) {
            building.write = fragment.getRoute() == RouteClass.WRITE;
            building.answerStripped = fragment.getAnswerStripped();
            building.client = fragment.getClient();
        }
        add(request ? building.request : building.answer, stamp, fragment);
    }

    private void add(PartBuilding part, long stamp, Fragment fragment) {
        part.gap |= fragment.getFragment() != part.next;
        part.next = fragment.getFragment() + 1;
        part.began = part.began == 0 ? stamp : part.began;
        part.bodyBytes += fragment.getBody().size();
        if (fragment.getFragment() == 0) {
            part.head = fragment.getHead();
        }
        if (bytes + fragment.getBody().size() > mostBytes) {
            part.held = false;
            bytes -= part.body.size();
            part.body = ByteString.EMPTY;
        }
        if (part.held) {
            part.body = part.body.concat(fragment.getBody());
            bytes += fragment.getBody().size();
        }
        if (fragment.getLast()) {
            part.ended = stamp;
            part.trailers = fragment.getTrailers();
            part.cut = fragment.getCut();
        }
    }

    @Override
    public void trouble(ExchangeId id, Trouble trouble, String detail) {
        open.computeIfAbsent(id, key -> new Building()).troubles.add(trouble);
    }

    @Override
    public void ended(ExchangeId id, End end) {
        Building building = open.remove(id);
        if (building == null) {
            return;
        }
        bytes -= building.request.body.size() + building.answer.body.size();
        whole.accept(new CapturedExchange(
                id,
                building.write,
                building.answerStripped,
                building.client,
                building.request.done(),
                building.answer.done(),
                end,
                building.troubles));
    }

    /** How many bytes of bodies are held. */
    public long bytesHeld() {
        return bytes;
    }
}
