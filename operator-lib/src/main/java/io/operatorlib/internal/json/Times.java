package io.operatorlib.internal.json;

import java.time.Month;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZoneOffset;

/** Times as Kubernetes writes them: read by hand where they are plain, for every object has some. */
final class Times {
    private static final String PLAIN = "0000-00-00T00:00:00Z";

    private Times() {}

    /**
     * Reads a time.
     *
     * @throws java.time.DateTimeException if it is none
     */
    static OffsetDateTime parse(String text) {
        if (isPlain(text)) {
            int year = number(text, 0, 4);
            int month = number(text, 5, 7);
            int day = number(text, 8, 10);
            int hour = number(text, 11, 13);
            int minute = number(text, 14, 16);
            int second = number(text, 17, 19);
            boolean there = month >= 1
                    && month <= 12
                    && day >= 1
                    && day <= Month.of(month).length(Year.isLeap(year))
                    && hour < 24
                    && minute < 60
                    && second < 60;
            if (there) {
                return OffsetDateTime.of(year, month, day, hour, minute, second, 0, ZoneOffset.UTC);
            }
        }
        return OffsetDateTime.parse(text);
    }

    private static boolean isPlain(String text) {
        if (text.length() != PLAIN.length()) {
            return false;
        }
        for (int i = 0; i < PLAIN.length(); i++) {
            char is = text.charAt(i);
            char wanted = PLAIN.charAt(i);
            if (wanted == '0' ? is < '0' || is > '9' : is != wanted) {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }
}
