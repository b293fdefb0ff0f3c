package io.sluice.capture.read;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One exchange, as far as it was captured.
 *
 * @param write whether its route may change data
 * @param answerStripped whether the answer lacks what the client's own filter took away
 * @param client the client's address
 * @param troubles what the reader said about it
 */
public record CapturedExchange(
        ExchangeId id,
        boolean write,
        boolean answerStripped,
        String client,
        CapturedPart request,
        CapturedPart answer,
        End end,
        List<Trouble> troubles) {

    public CapturedExchange {
        troubles = List.copyOf(troubles);
    }

    /** Whether request and answer are there as a whole. */
    public boolean isWhole() {
        return request.whole() && answer.whole() && troubles.isEmpty();
    }

    /** From the end of the request to the end of the answer, in microseconds; −1 if one of them is missing. */
    public long micros() {
        boolean known = request.ended() != 0 && answer.ended() != 0;
        return known ? Math.max(0, TimeUnit.NANOSECONDS.toMicros(answer.ended() - request.ended())) : -1;
    }
}
