/** Catches a bug of a screen, so that the rest of the window stays usable and says what happened. */

import { Component, type ReactNode } from 'react';
import { asProblem, type Problem } from '@/api/client';
import { ProblemPanel } from './ProblemPanel';

interface Props {
  /** Another name starts over, as going to another screen does. */
  name: string;
  children: ReactNode;
}

interface State {
  problem: Problem | null;
  name: string;
}

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { problem: null, name: this.props.name };

  static getDerivedStateFromError(thrown: unknown): Partial<State> {
    return { problem: { ...asProblem(thrown), retry: 'later' } };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.name === state.name ? null : { problem: null, name: props.name };
  }

  override render(): ReactNode {
    const { problem } = this.state;
    if (!problem) return this.props.children;
    return (
      <div className="screen">
        <ProblemPanel problem={problem} onRetry={() => this.setState({ problem: null })} />
      </div>
    );
  }
}
