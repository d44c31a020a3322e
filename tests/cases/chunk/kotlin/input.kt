@file:JvmName("Orders")

package shop.orders

import java.time.Instant
import kotlin.math.max
import shop.stock.Stock as Warehouse

/** The smallest order that is sent free of charge, in cents. */
const val FREE_FROM = 5_000L

private val log = Logger.of("orders")
var (lastId, lastTime) = 0L to Instant.EPOCH

typealias Listener = suspend (Order) -> Unit

/** Where an order is on its way. */
enum class State(val final: Boolean) {
    OPEN(false),
    PAID(false) {
        override fun next() = SENT
    },

    /** On the road. */
    SENT(true);

    open fun next(): State? = null

    companion object {
        fun of(name: String): State = valueOf(name.uppercase())
    }
}

sealed interface Event {
    val at: Instant

    data class Placed(val order: Order, override val at: Instant) : Event
    data object Nothing : Event {
        override val at: Instant get() = Instant.MIN
    }
}

fun interface Pricing {
    fun price(item: Item): Long
}

annotation class Audited(val reason: String = "")

@JvmInline
value class Cents(val amount: Long)

/**
 * An order with its items.
 *
 * Orders are never changed once they are sent.
 */
@Audited("money")
data class Order @Inject constructor(
    val id: Long,
    private val items: List<Item>,
    listener: Listener? = null,
) : Comparable<Order>, Closeable by Warehouse.lock() {

    private val listeners = mutableListOf<Listener>()
    lateinit var customer: Customer

    @get:JvmName("total")
    val total: Long
        get() = items.sumOf { it.price * it.count }

    var state: State = State.OPEN
        private set(value) {
            log.info { "$id: $field -> $value" }
            field = value
        }

    init {
        require(items.isNotEmpty()) { "order $id is empty" }
        listener?.let { listeners += it }
    }

    constructor(id: Long, vararg items: Item) : this(id, items.toList())

    override fun compareTo(other: Order): Int = compareValuesBy(this, other, Order::total, Order::id)

    operator fun plus(item: Item) = copy(items = items + item)

    /** Sends the order, once it is paid. */
    @Throws(NotPaid::class)
    suspend fun send(carrier: Carrier, retries: Int = 3): Receipt {
        fun backoff(attempt: Int) = 1L shl max(attempt, 6)

        check(state == State.PAID) { "order $id is ${state.name.lowercase()}" }
        repeat(retries) { attempt ->
            val receipt = try {
                carrier.take(this, Cents(if (total >= FREE_FROM) 0 else 490))
            } catch (busy: CarrierBusy) {
                log.warn(busy) { "attempt $attempt of $retries" }
                delay(backoff(attempt) * 1_000)
                return@repeat
            }
            state = State.SENT
            listeners.forEach { it(this) }
            return receipt
        }
        throw SendFailed(
            """
            Order $id could not be sent by ${carrier.name}.
            It was tried $retries times.
            """.trimIndent(),
        )
    }

    private inner class Cursor(var at: Int = 0) : Iterator<Item> {
        override fun hasNext() = at < items.size
        override fun next() = items[at++]
    }

    companion object Factory : Source<Order> {
        @JvmStatic
        fun empty(): Nothing = throw UnsupportedOperationException()
    }
}

object Registry : Map<Long, Order> by HashMap() {
    private val lock = Any()
}

fun <T : Comparable<T>> List<T>.second(): T? where T : Any = sorted().getOrNull(1)

val Order.isLarge: Boolean
    get() = total > 10 * FREE_FROM

internal tailrec fun digits(n: Long, sum: Int = 0): Int =
    if (n == 0L) sum else digits(n / 10, sum + (n % 10).toInt())

fun main(vararg arguments: String) = runBlocking {
    val pricing = Pricing { it.base }
    Registry.values.forEach { println("${it.id}: ${pricing.price(it.first())}") }
}
