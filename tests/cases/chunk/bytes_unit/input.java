package org.example.shop;

import java.math.BigDecimal;
import java.util.*;
import static java.util.stream.Collectors.toList;

/**
 * Orders of one customer.
 *
 * @since 2.0
 */
@Service
@Transactional(readOnly = true)
public class OrderService<T extends Order> extends BaseService implements Closeable {
    private static final Logger LOG = Logger.getLogger("orders");
    public static final int MAX = 100, MIN = 1;

    /** Kept sorted by date. */
    private final List<T> orders = new ArrayList<>();
    private Clock clock;

    static {
        LOG.info("loaded");
    }

    public OrderService(Clock clock) {
        this.clock = clock;
    }

    /**
     * Orders that are not paid.
     */
    @Override
    @Deprecated(since = "3", forRemoval = true)
    public List<T> open() {
        return orders.stream().filter(order -> !order.isPaid()).collect(toList());
    }

    public synchronized <R extends Report> R report(Class<R> type, Period period) throws IOException {
        R report = type.getDeclaredConstructor().newInstance();
        BigDecimal total = BigDecimal.ZERO;
        for (T order : orders) {
            if (!period.contains(order.date())) {
                continue;
            }
            for (Line line : order.lines()) {
                BigDecimal price = line.price().multiply(BigDecimal.valueOf(line.count()));
                if (line.discount() != null) {
                    price = price.subtract(price.multiply(line.discount()));
                }
                total = total.add(price);
            }
            report.add(order.id(), order.customer(), total);
        }
        if (report.isEmpty()) {
            LOG.warning("no orders between " + period.begin() + " and " + period.end());
        }
        Comparator<T> byDate = new Comparator<>() {
            @Override
            public int compare(T a, T b) {
                return a.date().compareTo(b.date());
            }
        };
        orders.sort(byDate);
        return report;
    }

    @Override
    public void close() {
        orders.clear();
    }

    // How an order goes on.
    public enum State {
        OPEN,
        PAID("p") {
            @Override
            boolean isFinal() {
                return true;
            }
        };

        private final String code;

        State(String... code) {
            this.code = code.length > 0 ? code[0] : "";
        }

        boolean isFinal() {
            return false;
        }
    }

    public interface Listener<E> {
        int VERSION = 2;

        void changed(E order, State before);

        default void closed() {}
    }

    static class Draft extends Order {
        private String note;

        private static class Note {
            String text;
        }
    }
}

record Line(String article, int count, BigDecimal price) {
    Line {
        if (count < 1) throw new IllegalArgumentException();
    }

    BigDecimal discount() {
        return null;
    }
}

@interface Audited {
    String value() default "";
    int level() default 0;
}

sealed interface Shape permits Circle, Square {}
