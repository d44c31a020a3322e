---------------------------- MODULE Tides ----------------------------
(* The readers of the gauges and the one writer of their records. *)
EXTENDS Naturals, Sequences, FiniteSets
LOCAL INSTANCE TLC

CONSTANTS Gauges, MaxQueue
ASSUME MaxQueue \in Nat \ {0}

VARIABLES
    queue,    \* what was read and not yet written
    records,
    writer

vars == <<queue, records, writer>>

\* A reading of a gauge.
Reading == [gauge : Gauges, number : Nat]

RECURSIVE Sum(_)
Sum(s) == IF s = <<>> THEN 0 ELSE Head(s) + Sum(Tail(s))

TypeOK ==
    /\ queue \in Seq(Reading)
    /\ records \in [Gauges -> Seq(Nat)]
    /\ writer \in {"idle", "writing"}

Init ==
    /\ queue = <<>>
    /\ records = [g \in Gauges |-> <<>>]
    /\ writer = "idle"

Next_number(g) == Len(records[g]) + 1

\* A gauge puts a reading into the queue, unless it is full.
Read(g) ==
    /\ Len(queue) < MaxQueue
    /\ LET reading == [gauge |-> g, number |-> Next_number(g)]
       IN  queue' = Append(queue, reading)
    /\ UNCHANGED <<records, writer>>

Write ==
    /\ writer = "idle"
    /\ queue # <<>>
    /\ records' = [records EXCEPT ![Head(queue).gauge] = Append(@, Head(queue).number)]
    /\ queue' = Tail(queue)
    /\ UNCHANGED writer

Square[n \in Nat] == n * n

Next == Write \/ \E g \in Gauges : Read(g)

Spec == Init /\ [][Next]_vars /\ WF_vars(Write)

Bounded == INSTANCE Bounds WITH max <- MaxQueue

InOrder == \A g \in Gauges : \A i \in DOMAIN records[g] : records[g][i] = i

THEOREM Safety == Spec => []TypeOK
<1>1. Init => TypeOK
  BY DEF Init, TypeOK
<1>2. TypeOK /\ [Next]_vars => TypeOK'
  <2>1. CASE Write
    BY <2>1 DEF Write, TypeOK
  <2>2. CASE \E g \in Gauges : Read(g)
    BY <2>2 DEF Read, TypeOK
  <2>3. QED BY <2>1, <2>2 DEF Next
<1>3. QED BY <1>1, <1>2, PTL DEF Spec

(*--algorithm tides
variables total = 0;
define
  Small == total < 10
end define;
macro add(x) begin
  total := total + x;
end macro;
procedure close() begin
  stop: return;
end procedure;
fair process reader \in 1..3
variables n = 0;
begin
  read:
    while n < 3 do
      add(1);
      n := n + 1;
    end while;
end process;
end algorithm; *)

---------------------------- MODULE Inner ----------------------------
Two == 2
=======================================================================
=======================================================================
