package dev.elastigres.cli.recommend;

import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.protocol.recommend.RecommendationRequest;
import dev.elastigres.protocol.recommend.RecommendationRequestException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.util.function.Consumer;

/// Answers one recommendation request per line and reports invalid lines with their numbers.
final class BatchRecommender {
    static final int MAX_LINE_LENGTH = 1 << 20;

    private final GoalRules rules;
    private final Consumer<RecommendationRequest> answer;
    private final PrintStream complaints;

    BatchRecommender(
            GoalRules rules, Consumer<RecommendationRequest> answer, PrintStream complaints) {
        this.rules = rules;
        this.answer = answer;
        this.complaints = complaints;
    }

    /// Answers all lines. Returns whether every line was valid; empty lines are ignored.
    boolean answerAll(Reader lines) throws IOException {
        boolean fine = true;
        var line = new StringBuilder();
        int number = 1;
        for (int next = lines.read(); next >= 0; next = lines.read()) {
            if (next == '\n') {
                fine &= answer(number++, line);
                line.setLength(0);
            } else if (line.length() <= MAX_LINE_LENGTH) {
                line.append((char) next);
            }
        }
        return answer(number, line) && fine;
    }

    private boolean answer(int number, CharSequence line) {
        if (line.toString().isBlank()) return true;
        try {
            if (line.length() > MAX_LINE_LENGTH) return complain(number, "is too long");
            answer.accept(RecommendationRequest.read(line.toString(), rules));
            return true;
        } catch (RecommendationRequestException e) {
            return complain(number, String.valueOf(e.getMessage()));
        }
    }

    private boolean complain(int number, String why) {
        complaints.println("elastigres recommend: line " + number + " " + why);
        return false;
    }
}
