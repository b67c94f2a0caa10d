package dev.elastigres.cli.recommend;

import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.protocol.recommend.Question;
import dev.elastigres.protocol.recommend.QuestionException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.util.function.Consumer;

/// Answers questions, one a line, and names the lines that are none.
final class Questions {
    static final int LONGEST_LINE = 1 << 20;

    private final GoalRules rules;
    private final Consumer<Question> answer;
    private final PrintStream complaints;

    Questions(GoalRules rules, Consumer<Question> answer, PrintStream complaints) {
        this.rules = rules;
        this.answer = answer;
        this.complaints = complaints;
    }

    /// Whether every line was a question; empty lines are nothing at all.
    boolean answerAll(Reader lines) throws IOException {
        boolean fine = true;
        var line = new StringBuilder();
        int number = 1;
        for (int next = lines.read(); next >= 0; next = lines.read()) {
            if (next == '\n') {
                fine &= answer(number++, line);
                line.setLength(0);
            } else if (line.length() <= LONGEST_LINE) {
                line.append((char) next);
            }
        }
        return answer(number, line) && fine;
    }

    private boolean answer(int number, CharSequence line) {
        if (line.toString().isBlank()) return true;
        try {
            if (line.length() > LONGEST_LINE) return complain(number, "is too long");
            answer.accept(Question.read(line.toString(), rules));
            return true;
        } catch (QuestionException e) {
            return complain(number, String.valueOf(e.getMessage()));
        }
    }

    private boolean complain(int number, String why) {
        complaints.println("elastigres recommend: line " + number + " " + why);
        return false;
    }
}
