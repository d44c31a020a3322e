// Package queue runs jobs in order of priority.
package queue

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"sync"
)

// ErrClosed is returned after Close.
var ErrClosed = errors.New("queue: closed")

const DefaultWorkers = 4

const (
	Low Priority = iota
	Normal
	High
)

var (
	mu      sync.Mutex
	running = map[string]int{}
)

type Priority int

type Job func(ctx context.Context) error

// Runner is what a queue asks of its workers.
type Runner interface {
	fmt.Stringer
	Run(ctx context.Context, job Job) error
	Close() error
}

type (
	// Entry is a job with its place.
	Entry[T any] struct {
		*Meta
		sync.Mutex
		Value    T
		priority Priority
		x, y     int
	}

	Meta struct{ Name string }

	ID = string
)

// Queue holds entries until a worker is free.
type Queue[T any] struct {
	entries []*Entry[T]
	wake    chan struct{}
	closed  bool
}

func New[T any](size int) *Queue[T] {
	return &Queue[T]{entries: make([]*Entry[T], 0, size), wake: make(chan struct{}, 1)}
}

// Len implements heap.Interface.
func (q *Queue[T]) Len() int { return len(q.entries) }

func (q *Queue[T]) Less(i, j int) bool { return q.entries[i].priority > q.entries[j].priority }

func (p Priority) String() string {
	switch p {
	case Low:
		return "low"
	case Normal:
		return "normal"
	}
	return "high"
}

// Push adds an entry and wakes a worker. It never blocks.
//
// Equal priorities keep no order.
func (q *Queue[T]) Push(value T, priority Priority) error {
	mu.Lock()
	defer mu.Unlock()
	if q.closed {
		return ErrClosed
	}
	heap.Push(q, &Entry[T]{Value: value, priority: priority})
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return nil
}

//go:noinline
func (q *Queue[T]) drain(ctx context.Context, run func(T) error) (done int, err error) {
	type attempt struct {
		number int
		last   error
	}
	attempts := map[*Entry[T]]attempt{}
	for {
		entry, ok := q.pop()
		if !ok {
			select {
			case <-ctx.Done():
				return done, ctx.Err()
			case <-q.wake:
				continue
			}
		}
		if err := run(entry.Value); err != nil {
			a := attempts[entry]
			a.number, a.last = a.number+1, err
			attempts[entry] = a
			if a.number > 3 {
				return done, fmt.Errorf("gave up on %v: %w", entry.Value, a.last)
			}
			if err := q.Push(entry.Value, Low); err != nil {
				return done, err
			}
			continue
		}
		delete(attempts, entry)
		done++
	}
}

func init() { running["queue"] = 0 }
